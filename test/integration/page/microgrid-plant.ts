/** The microgrid of this project under a name that nobody else has, on two nodes of a hub. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { projectRoot } from '../../project.js'
import type { AgentProcess, AgentsForTests } from '../../support/agents.js'
import { uniqueApp } from '../../support/apps.js'
import type { CliForTests } from '../../support/cli.js'
import type { HubProcess } from '../../support/hub-processes.js'
import { isPictured } from './hub-page.js'

const FOLDER = join(projectRoot, 'apps', 'microgrid')

export class MicrogridPlant {
  readonly app = isPictured ? 'microgrid' : uniqueApp()
  readonly #cli: CliForTests
  readonly #agents: AgentsForTests
  readonly #nodes = new Map<string, AgentProcess>()

  constructor(cli: CliForTests, agents: AgentsForTests) {
    this.#cli = cli
    this.#agents = agents
  }

  /** An agent of that name, which has the app. */
  async node(hub: HubProcess, name: string): Promise<AgentProcess> {
    const args = ['--open', '--name', name, '--app', this.#file(), ...hub.args]
    const agent = await this.#agents.start({ args })
    this.#nodes.set(name, agent)
    return agent
  }

  /** Inverters with these ids, in turns on the nodes; resolves when all are active. */
  async start(ids: readonly string[]): Promise<void> {
    const nodes = [...this.#nodes.values()]
    await Promise.all(
      ids.map((id, instance) => {
        const params = { instance, limit: 1000, islandAfter: 3000, reconnectAfter: 3000 }
        return nodes[instance % nodes.length]?.start({ app: this.app, actor: 'Inverter', id, params })
      }),
    )
  }

  /** kill -9 of the process of `Inverter <id>`. */
  async kill(name: string): Promise<void> {
    const id = name.split(' ').at(-1) ?? ''
    for (const node of this.#nodes.values()) {
      const { actors } = await node.done<{ actors: { id: string; pid: number }[] }>('GET', '/v1/actors')
      const pid = actors.find((actor) => actor.id === id)?.pid
      if (pid) process.kill(pid, 'SIGKILL')
    }
  }

  #file(): string {
    const files = readdirSync(FOLDER).filter((file) => file.endsWith('.ts'))
    const copied = files.map((file) => {
      const text = readFileSync(join(FOLDER, file), 'utf8').replace("app('microgrid'", `app('${this.app}'`)
      return [file, this.#cli.file(join(this.app, file), text)] as const
    })
    return copied.find(([file]) => file === 'app.ts')?.[1] ?? ''
  }
}
