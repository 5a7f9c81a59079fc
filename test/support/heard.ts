/** What an actor publishes by a door, for a test to wait for. */
import { ApiTopic, type RpcClient } from '../../control/index.js'
import { type Event, EventLog } from './events.js'

export class Heard {
  /** Each with its topic beside what was published. */
  readonly log = new EventLog()

  constructor(client: RpcClient) {
    void this.#read(client)
  }

  /** Resolves with the first heartbeat: a subscription takes a moment, and what comes before is lost. */
  beat(): Promise<Event> {
    return this.log.event(({ topic }) => topic === ApiTopic.HEARTBEAT)
  }

  /** The context of the first event of this kind, past or to come, that matches. */
  async event(kind: number, matches: (context: Event) => boolean = () => true): Promise<Event> {
    const { context } = await this.log.event((each) => each.kind === kind && matches(contextOf(each)))
    return contextOf({ context })
  }

  async #read(client: RpcClient): Promise<void> {
    for await (const { topic, value } of client.events()) {
      this.log.write(JSON.stringify({ topic, ...(typeof value === 'object' ? value : { value }) }))
    }
  }
}

function contextOf({ context }: Event): Event {
  return typeof context === 'object' && context !== null ? { ...context } : {}
}
