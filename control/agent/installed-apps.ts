/** The apps of a node. What is run is what was installed, whatever becomes of the files it was made of. */

import { createHash, randomBytes } from 'node:crypto'
import { copyFileSync, mkdirSync, readFileSync, renameSync } from 'node:fs'
import { isAbsolute, join } from 'node:path'
import { messageOf } from '../../ports/index.js'
import { AppError, type ParamSet, type ParamValue, resolveParams } from '../../runtime/index.js'
import { AgentError } from './errors.js'
import { agentLimits } from './limits.js'
import type { AgentStore, AppRecord } from './records.js'

/** An app file that was compiled and looked at. */
export type DescribedApp = Pick<AppRecord, 'name' | 'version' | 'module' | 'actors'>

/** Compiles an app file and looks at what it declares, in a process of its own. Rejects where it is none. */
export type DescribeApp = (file: string) => Promise<DescribedApp>

export class InstalledApps {
  readonly #folder: string
  readonly #store: AgentStore
  readonly #describe: DescribeApp
  readonly #apps: Map<string, AppRecord>

  constructor(folder: string, store: AgentStore, describe: DescribeApp) {
    this.#folder = join(folder, 'apps')
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 })
    this.#store = store
    this.#describe = describe
    this.#apps = new Map(store.apps().map((app) => [app.name, app]))
  }

  /** By name, in no order. */
  get all(): ReadonlyMap<string, AppRecord> {
    return this.#apps
  }

  /** @throws AgentError `agent-unknown`. */
  app(name: string): AppRecord {
    const app = this.#apps.get(name)
    if (app) return app
    const there = [...this.#apps.keys()].join(', ')
    throw new AgentError(
      'agent-unknown',
      `there is no app ${name}; ${there ? `there are ${there}` : 'none is installed'}`,
    )
  }

  /**
   * Installs an app, or another version of it; actors that run go on with theirs.
   * @throws AgentError `agent-bad-app`, `agent-full`, `agent-not-kept`: then nothing has changed.
   */
  async install(file: string): Promise<AppRecord> {
    if (!isAbsolute(file)) throw new AgentError('agent-bad-request', `give the whole path of ${file}`)
    let described: DescribedApp
    try {
      described = await this.#describe(file)
    } catch (cause) {
      throw new AgentError('agent-bad-app', messageOf(cause), { cause })
    }
    const { name, version, actors } = described
    const before = this.#apps.get(name)
    if (!before && this.#apps.size >= agentLimits.apps) {
      throw new AgentError('agent-full', `there are ${agentLimits.apps} apps already`)
    }
    const module = this.#keepModule(described.module)
    const app: AppRecord = { name, version, actors, file, module, installedMs: Date.now() }
    this.#store.putApp(app)
    await this.#store.kept()
    this.#apps.set(name, app)
    return app
  }

  /**
   * The module of an app, and all parameters of one of its actors, from those that are given.
   * @throws AgentError `agent-unknown`, `agent-bad-request`.
   */
  resolve(
    name: string,
    actor: string,
    given: Readonly<Record<string, unknown>>,
  ): { readonly module: string; readonly params: Readonly<Record<string, ParamValue>> } {
    const { module, actors } = this.app(name)
    return { module, params: paramsFor(name, actors, actor, given) }
  }

  /** Named by what it holds, so that nothing is ever changed that an actor may run. @throws AgentError. */
  #keepModule(compiled: string): string {
    try {
      const digest = createHash('sha256').update(readFileSync(compiled)).digest('hex').slice(0, 32)
      const path = join(this.#folder, `${digest}.mjs`)
      const draft = `${path}.${randomBytes(6).toString('hex')}`
      copyFileSync(compiled, draft)
      renameSync(draft, path)
      return path
    } catch (cause) {
      const text = `cannot keep what ${compiled} holds: ${messageOf(cause)}`
      throw new AgentError('agent-not-kept', text, { cause })
    }
  }
}

/**
 * All parameters of an actor of an app, from those that are given.
 * @throws AgentError `agent-unknown`, `agent-bad-request`.
 */
export function paramsFor(
  name: string,
  actors: AppRecord['actors'],
  actor: string,
  given: Readonly<Record<string, unknown>>,
): Readonly<Record<string, ParamValue>> {
  const declared = Object.hasOwn(actors, actor) ? actors[actor] : undefined
  if (!declared) {
    const there = Object.keys(actors).join(', ')
    throw new AgentError('agent-unknown', `the app ${name} has no actor ${actor}; it has ${there}`)
  }
  const params: ParamSet = Object.fromEntries(
    Object.entries(declared).map(([key, { fallback, ...rest }]) => [key, { ...rest, fallback }]),
  )
  try {
    return resolveParams(params, given, `actor ${actor}`)
  } catch (error) {
    if (error instanceof AppError) throw new AgentError('agent-bad-request', error.message, { cause: error })
    throw error
  }
}
