/** A node and an actor that came to a hub with its token and mean no good: all that they say is one text. */
import { HubConnection } from '../../../control/hub/client/connection.js'
import type { HubProcess } from '../../support/hub-processes.js'

const ID = 'f'.repeat(16)

export class HostileTeller {
  readonly #connection: HubConnection

  constructor({ url, token }: Pick<HubProcess, 'url' | 'token'>) {
    this.#connection = new HubConnection({ url, token })
  }

  /** Gives the name of its worker. */
  async tell(text: string): Promise<string> {
    const worker = 'stranger'
    const place = { host: text, pid: 1, started: 0 }
    const who = { version: text, labels: { [text]: text }, ...place }
    const apps = [{ name: text, version: text, installed: 0, actors: { [text]: {} } }]
    await this.#ask('node', text, { who, ids: [], apps })
    const member = { id: `${ID}0000000000000001`, actor: text, component: text }
    const group = {
      name: text,
      component: text,
      id: member.id,
      role: 'leader',
      leader: member,
      epoch: 1,
      term: 1,
    }
    const port = { component: text, name: text, kind: 'pub', scope: text, message: text, host: text, port: 1 }
    await this.#ask('picture', worker, {
      who: { app: text, version: text, actor: text, id: ID, ...place, host: text },
      ports: [{ ...port, connected: 1, peers: [text] }],
      groups: [{ ...group, quorum: 1, seat: text, members: [member], observers: [] }],
      polls: [],
      commands: [{ component: text, name: text, description: text, schema: schemaOf(text) }],
      properties: [{ component: text, name: text, description: text, writable: true, schema: null }],
    })
    return worker
  }

  close(): void {
    this.#connection.close()
  }

  #ask(what: string, of: string, body: object): Promise<unknown> {
    return this.#connection.ask({ do: what, of, body }, { signal: AbortSignal.timeout(60_000) })
  }
}

function schemaOf(text: string): object {
  const of = { type: 'string', description: text, enum: [text], title: text }
  return { type: 'object', description: text, properties: { [text]: of, __proto__: of }, required: [text] }
}
