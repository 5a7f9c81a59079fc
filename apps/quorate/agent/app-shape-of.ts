/** What an app declares: actors, groups and messages. Its components are made for that, and not started. */
import type { AppShape } from '../../../control/bundle/index.js'
import { timings } from '../../../groups/index.js'
import { messageOf } from '../../../ports/index.js'
import { type AppDefinition, outlineOf, resolveParams } from '../../../runtime/index.js'
import { withStandIns } from '../graph/stand-ins.js'

type Message = AppShape['messages'][string]

/** With a line for each actor whose messages cannot be told, since its components need other values. */
export function shapeOf(app: AppDefinition): AppShape & { readonly untold: readonly string[] } {
  const messages = new Map<string, Message>()
  const untold: string[] = []
  for (const [name, actor] of Object.entries(app.actors)) {
    try {
      const params = resolveParams(actor.params, withStandIns(actor, {}).params, `actor ${name}`)
      const { types } = outlineOf(app, name, params)
      for (const type of types) messages.set(type.name, messageIn(type))
    } catch (error) {
      untold.push(`the messages of ${name} are not told: ${messageOf(error)}`)
    }
  }
  for (const { using } of Object.values(app.groups)) messages.set(using.name, messageIn(using))
  const actors = Object.entries(app.actors).map(([name, { params }]) => [name, params] as const)
  return { actors: Object.fromEntries(actors), groups: groupsOf(app), messages: ordered(messages), untold }
}

function groupsOf({ groups }: AppDefinition): AppShape['groups'] {
  return ordered(
    Object.entries(groups).map(([name, { quorum, using, timed, timing }]) => {
      const times = typeof timing === 'string' ? timings[timing] : { ...timings.lan, ...timing }
      return [name, { quorum: quorum ?? null, timed, timing: { ...times }, message: using.name }] as const
    }),
  )
}

function messageIn(
  type: Pick<Message, 'fingerprint'> & { readonly jsonSchema?: object | undefined },
): Message {
  const { fingerprint, jsonSchema } = type
  return { fingerprint, jsonSchema: jsonSchema ? { ...jsonSchema } : null }
}

/** The same whichever order an app writes them in. */
function ordered<T>(entries: Iterable<readonly [name: string, each: T]>): Record<string, T> {
  return Object.fromEntries([...entries].sort(([one], [other]) => (one < other ? -1 : 1)))
}
