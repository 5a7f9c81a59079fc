/**
 * Agents with names on one host, or each on a host of its own, and whoever deploys to them: `const fleet =
 * fleetForTests(cli)` in a suite ends after each test all actors, and removes what they kept.
 */
import { randomBytes } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { endActors } from './agents.js'
import { uniqueApp } from './apps.js'
import type { CliForTests, CliProcess, End } from './cli.js'

export interface FleetAgent {
  readonly name: string
  /** `host:port`. */
  address: string
  readonly data: string
  /** Starts it, or another process on its folder. */
  start(): Promise<void>
  /** kill -9; its actors go on. */
  kill(): Promise<void>
}

/** As `quorate status --json` tells it, as far as tests look at it. */
export interface Deployed {
  readonly name: string
  readonly bundles: readonly string[]
  readonly isCalm: boolean
  readonly rollout: object | null
  readonly actors: readonly {
    readonly node: string
    readonly id: string
    readonly state: string
    readonly bundle: string
    readonly seats: string
    readonly groups: readonly { readonly role: string; readonly size: number }[]
  }[]
}

export interface FleetPlace {
  /** Runs it on another host. */
  readonly prefix?: readonly string[]
  /** Address that it listens at. */
  readonly host?: string
  readonly labels?: readonly string[]
  /** It is found by mDNS. */
  readonly announced?: boolean
  /** Further options of the command. */
  readonly args?: readonly string[]
}

const READY_MS = 60_000
const READY = /^\{"v":1,"event":"ready","url":"http:\/\/([^"]+)"/

export class Fleet {
  /** Of the app, and of the deployment unless told. */
  readonly app = uniqueApp()
  readonly agents: FleetAgent[] = []
  readonly folder: string
  readonly #cli: CliForTests
  readonly #token: string

  constructor(cli: CliForTests) {
    this.#cli = cli
    this.folder = mkdtempSync(join(tmpdir(), 'quorate-fleet-'))
    this.#token = join(this.folder, 'fleet.token')
    writeFileSync(this.#token, `${randomBytes(32).toString('base64url')}\n`)
  }

  get tokenFile(): string {
    return this.#token
  }

  /** Writes the app; its key is where it is deployed from. Agents trust it that are started afterwards. */
  async keys(): Promise<void> {
    await this.#done(['keys', 'init', this.app])
    await this.#done(['keys', 'anchors', this.app, '--out', join(this.folder, 'app.anchors')])
  }

  async agent(
    name: string,
    { prefix = [], host = '127.0.0.1', labels = [], announced = false, args: own = [] }: FleetPlace = {},
  ): Promise<FleetAgent> {
    const data = join(this.folder, name)
    mkdirSync(data)
    let process: CliProcess | undefined
    const cli = this.#cli
    const args = [
      'agent',
      ...own,
      '--json',
      '--name',
      name,
      '--data',
      data,
      '--token-file',
      this.#token,
      '--host',
      host,
    ]
    const more = [
      '--trust',
      join(this.folder, 'app.anchors'),
      ...labels.flatMap((label) => ['--label', label]),
    ]
    if (announced) more.push('--announce')
    const env = { XDG_CONFIG_HOME: join(data, 'config'), QUORATE_INTERFACE: host }
    const agent: FleetAgent = {
      ...{ name, data, address: '' },
      start: async () => {
        const port = agent.address.split(':')[1] ?? '0'
        process = cli.start([...args, '--port', port, ...more], { env, prefix })
        const [, address = ''] = READY.exec(await process.line(READY, 1, READY_MS)) ?? []
        agent.address = address
        const told = process
        if (announced)
          await told.until(
            () => told.stderr.some((line) => line.includes('announced as')),
            'announced',
            READY_MS,
          )
      },
      kill: async () => {
        process?.signal('SIGKILL')
        await process?.ended
      },
    }
    await agent.start()
    this.agents.push(agent)
    return agent
  }

  /** Writes `deployment.yaml`, of all agents, which it names unless they are found; gives its path. */
  deployment(appText: string, place: string, name = 'deployment.yaml', areFound = false): string {
    this.#cli.file(`${this.app}/app.ts`, appText.replaceAll('APP_NAME', this.app))
    const agents = this.agents.map((each) => `  ${each.name}: ${each.address}\n`).join('')
    const named = areFound ? '' : `agents:\n${agents}`
    const text = `app: ./app.ts\ntokenFile: ${this.#token}\n${named}place:\n${place}`
    return this.#cli.file(`${this.app}/${name}`, text)
  }

  /** Where it is told of another host, it runs there. */
  run(
    args: readonly string[],
    { prefix = [], host = '127.0.0.1', args: own = [] }: FleetPlace = {},
  ): Promise<End> {
    return this.#cli.run([...args, ...own], { prefix, env: { QUORATE_INTERFACE: host } })
  }

  /** What is deployed; undefined for nothing. */
  async status(file: string, from: FleetPlace = {}): Promise<Deployed | undefined> {
    const { stdout, stderr } = await this.run(['status', file, '--json'], from)
    if (stdout.length === 0) throw new Error(`no status: ${stderr.join('\n')}`)
    const { deployments }: { deployments: Deployed[] } = JSON.parse(stdout.join(''))
    return deployments[0]
  }

  /** What an actor has said. */
  async log(file: string, actor: string, from: FleetPlace = {}): Promise<readonly string[]> {
    const { stdout } = await this.run(['logs', file, actor, '--tail', '10000', '--json'], from)
    return stdout.map((text) => {
      const { line }: { line: string } = JSON.parse(text)
      return line
    })
  }

  remove(): void {
    for (const { data } of this.agents) endActors(data)
    rmSync(this.folder, { recursive: true, force: true })
  }

  async #done(args: readonly string[]): Promise<void> {
    const { code, stderr } = await this.run(args)
    if (code !== 0) throw new Error(`quorate ${args.join(' ')}: ${stderr.join('\n')}`)
  }
}

/** Registers its hooks with the suite that calls it: a fleet for each test. */
export function fleetForTests(cli: CliForTests): { readonly it: Fleet } {
  let fleet: Fleet | undefined
  beforeEach(async () => {
    fleet = new Fleet(cli)
    await fleet.keys()
  })
  afterEach(async () => {
    // Those of agents first, else they start actors anew.
    await cli.end()
    fleet?.remove()
  })
  return {
    get it() {
      if (!fleet) throw new Error('outside of a test')
      return fleet
    },
  }
}
