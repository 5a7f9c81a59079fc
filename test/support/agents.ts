/**
 * Agents as a user starts them, and what they started: `const agents = agentsForTests(cli)` in a suite ends
 * after each test all actors that any of them left, and removes their folders.
 */
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { signalTo } from '../../control/agent/processes.js'
import { readRun } from '../../control/agent/runner.js'
import { fixtureApp, uniqueApp } from './apps.js'
import type { CliForTests, CliProcess } from './cli.js'

/** What is told of the place of an actor in a group. */
export interface GroupTold {
  readonly name: string
  readonly id: string
  readonly role: string
  readonly leader: { readonly id: string; readonly actor: string } | null
  readonly epoch: number
  readonly term: number
  readonly size: number
}

/** What is told of an actor, as far as tests look at it. */
export interface ActorTold {
  readonly id: string
  readonly state: string
  readonly why: string
  readonly pid: number | null
  readonly starts: number
  readonly memoryBytes: number | null
  readonly limits: Readonly<
    Record<string, { limit: number; used: number | null; at: number | null; by: string }>
  >
  readonly groups: readonly GroupTold[] | null
  readonly groupsWhy: string | null
  readonly log: { readonly begins: number; readonly ends: number }
  readonly last: {
    readonly code: number | null
    readonly signal: string | null
    readonly lines: string[]
  } | null
}

export interface Answer {
  readonly status: number
  readonly text: string
  readonly headers: Headers
}

/** A process of `quorate agent`. */
export class AgentProcess {
  readonly data: string
  readonly process: CliProcess
  readonly #address: string
  readonly #token: string | undefined

  constructor(process: CliProcess, data: string, address: string, token?: string) {
    this.process = process
    this.data = data
    this.#address = address
    this.#token = token
  }

  get address(): string {
    return this.#address
  }

  async ask(
    method: string,
    path: string,
    body?: unknown,
    more: Record<string, string> = {},
  ): Promise<Answer> {
    const headers = { ...(this.#token && { authorization: `Bearer ${this.#token}` }), ...more }
    const text = typeof body === 'string' ? body : JSON.stringify(body)
    const init = { method, headers, redirect: 'manual' as const, ...(body !== undefined && { body: text }) }
    const answer = await fetch(`${this.#address}${path}`, init)
    return { status: answer.status, text: await answer.text(), headers: answer.headers }
  }

  /** As ask(), where it is to succeed. */
  async done<T>(method: string, path: string, body?: unknown): Promise<T> {
    const { status, text } = await this.ask(method, path, body)
    if (status !== 200) throw new Error(`${method} ${path}: ${status} ${text}`)
    const value: T = JSON.parse(text)
    return value
  }

  /** Starts an actor, and waits until it is active or will never be. */
  start(body: object): Promise<ActorTold> {
    return this.done('POST', '/v1/actors?waitMs=30000', body)
  }

  actor(id: string, waitMs = 0): Promise<ActorTold> {
    return this.done('GET', `/v1/actors/${id}?waitMs=${waitMs}`)
  }

  /** kill -9. */
  async kill(): Promise<void> {
    this.process.signal('SIGKILL')
    await this.process.ended
  }
}

export interface AgentsForTests {
  readonly app: string
  /** Listens when it is there. On the folder of another, where that is given. */
  start(options?: {
    readonly data?: string
    readonly args?: readonly string[]
    readonly prefix?: readonly string[]
  }): Promise<AgentProcess>
}

/** It compiles its apps, and looks at each in a process of its own. */
const READY_MS = 60_000
const ADDRESS = /^\{"v":1,"event":"ready","url":"(http:[^"]+)"/

/** Registers its hooks with the suite that calls it. Agents are open unless told, and have one app. */
export function agentsForTests(cli: CliForTests, appFile = 'node.ts'): AgentsForTests {
  const app = uniqueApp()
  const folders = new Set<string>()
  afterEach(async () => {
    // Those of agents first, else they start actors anew.
    await cli.end()
    for (const folder of folders) {
      endActors(folder)
      rmSync(folder, { recursive: true, force: true })
    }
    folders.clear()
  })
  return {
    app,
    start: async ({
      data = mkdtempSync(join(tmpdir(), 'quorate-agent-')),
      args = ['--open'],
      prefix = [],
    } = {}) => {
      folders.add(data)
      const all = ['agent', '--json', '--port', '0', '--data', data, '--insecure', ...args]
      const file = ['--app', fixtureApp(appFile)]
      const process = cli.start([...all, ...file], { env: { TEST_APP: app, CELL_APP: app }, prefix })
      const [, address = ''] = ADDRESS.exec(await process.line(ADDRESS, 1, READY_MS)) ?? []
      return new AgentProcess(process, data, address)
    },
  }
}

/** Ends all actors that an agent of this folder has left. */
export function endActors(folder: string): void {
  const runs = join(folder, 'runs')
  if (!existsSync(runs)) return
  for (const name of readdirSync(runs)) {
    const identity = readRun(join(runs, name))?.identity
    if (identity) signalTo(identity, 'SIGKILL')
  }
}
