/** Publishes what happens to an actor. */
import { messageOf } from '../../ports/index.js'
import type { Controls, Happening } from '../../runtime/index.js'
import { ApiEventKind, ApiTopic } from './codes.js'
import type { RpcService } from './service.js'

const KINDS = {
  ready: ApiEventKind.APPLICATION_LAUNCHED,
  stopping: ApiEventKind.APPLICATION_TERMINATING,
  leader: ApiEventKind.LEADER_ELECTED,
  'leader-lost': ApiEventKind.LEADER_LOST,
  'quorum-lost': ApiEventKind.QUORUM_LOST,
  poll: ApiEventKind.POLL_ENDED,
  deadline: ApiEventKind.DEADLINE_MISSED,
  stalled: ApiEventKind.STALLED,
} as const

/** Publishes from now on; gives what ends that. @param warn told of what has no JSON */
export function publishHappenings(
  controls: Controls,
  service: RpcService,
  warn: (text: string) => void,
): () => void {
  return controls.watch((happening) => {
    try {
      publish(controls, service, happening)
    } catch (error) {
      warn(`an event ${happening.is} was not published: ${messageOf(error)}`)
    }
  })
}

function publish(controls: Controls, service: RpcService, happening: Happening): void {
  switch (happening.is) {
    case 'started':
    case 'poll-asked':
    case 'voted':
      return
    case 'property': {
      const { component, property, value, before } = happening
      const change = { objectId: component, propertyName: property, newValue: value, oldValue: before }
      service.sendJson(ApiTopic.PROPERTY_CHANGE, change)
      return
    }
    case 'event':
      service.sendEvent(happening.kind, happening.context)
      return
    case 'peer': {
      const { is: _, state, ...peer } = happening
      const isThere = state === 'connected'
      service.sendEvent(isThere ? ApiEventKind.PEER_CONNECTED : ApiEventKind.PEER_DISCONNECTED, peer)
      return
    }
    default: {
      const { is, ...context } = happening
      const { app, actor, id } = controls.status
      const isOfActor = is === 'ready' || is === 'stopping'
      service.sendEvent(KINDS[is], isOfActor ? { app, actor, id } : context)
    }
  }
}
