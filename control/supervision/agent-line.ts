/** The line of an actor to the agent that watches over it: a socket at which the agent comes. */
import { once } from 'node:events'
import { rmSync } from 'node:fs'
import { createServer, type Server, type Socket } from 'node:net'
import type { SupervisedProcess, Supervision } from '../../runtime/index.js'
import { supervisionLimits } from './limits.js'
import { hear, say } from './line.js'
import { openSocketPath } from './socket-path.js'
import { type ToActor, type ToAgent, toActor } from './words.js'

/**
 * For `startActor()`, of an actor that an agent starts. Where there can be no socket, the actor goes on
 * without. @param path in a folder that nobody else may enter @param warn told why there is none
 */
export function agentLine(path: string, warn: (error: unknown) => void): Supervision {
  return new AgentLine(path, warn)
}

class AgentLine implements Supervision {
  readonly #path: string
  readonly #warn: (error: unknown) => void
  readonly #agents = new Set<Socket>()
  #server: Server | undefined
  #closeFolder: () => void = () => undefined
  #elects = ''

  constructor(path: string, warn: (error: unknown) => void) {
    this.#path = path
    this.#warn = warn
  }

  async open(actor: SupervisedProcess): Promise<void> {
    try {
      const { path, close } = openSocketPath(this.#path)
      this.#closeFolder = close
      const server = createServer((agent) => this.#meet(agent, actor))
      server.maxConnections = supervisionLimits.connections
      this.#server = server
      rmSync(path, { force: true })
      server.listen({ path })
      await once(server, 'listening')
      server.on('error', () => undefined).unref()
    } catch (error) {
      this.#warn(error)
      return
    }
    actor.watch(() => {
      if (actor.elects === this.#elects) return
      this.#elects = actor.elects
      for (const agent of this.#agents) this.#tell(agent, { elects: this.#elects })
    })
  }

  close(): void {
    this.#server?.close()
    for (const agent of this.#agents) agent.destroy()
    this.#closeFolder()
    this.#closeFolder = () => undefined
  }

  #meet(agent: Socket, actor: SupervisedProcess): void {
    this.#agents.add(agent)
    agent.unref()
    agent.once('close', () => this.#agents.delete(agent))
    hear(agent, toActor, (said) => this.#take(agent, said, actor))
    this.#elects = actor.elects
    this.#tell(agent, { elects: this.#elects })
  }

  #take(agent: Socket, said: ToActor, actor: SupervisedProcess): void {
    if ('limit' in said) actor.limit(said.limit)
    else if ('witness' in said) actor.witnessedBy(said.witness)
    else this.#tell(agent, { groups: [...actor.groups], n: said.n })
  }

  #tell(agent: Socket, said: ToAgent): void {
    say(agent, said)
  }
}
