/**
 * What the tests of `quorate record` and `quorate replay` share: actors, in this process, which is fast, or
 * in one of their own, which can be killed; and files of recordings. The commands have processes in any case.
 */
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { AppDefinition, RunningActor, StartOptions } from 'quorate'
import { fixtureApp } from '../../support/apps.js'
import { type CliForTests, type CliProcess, cliForTests } from '../../support/cli.js'
import { eventually } from '../../support/eventually.js'

export interface Line {
  readonly t?: number
  readonly from?: readonly string[]
  readonly m?: string
  readonly scope?: string
  readonly v?: { readonly n?: number; readonly who?: string }
  readonly b?: string
  readonly type?: object
}

/** An actor in this process. */
export interface Hosted extends RunningActor {
  /** Its events; a test may empty it. */
  readonly events: Record<string, unknown>[]
}

export interface RecordingsForTests {
  readonly cli: CliForTests
  /** Starts an actor here, until the end of the suite or its stop(). */
  hosts(app: AppDefinition, actor: string, options?: StartOptions): Promise<Hosted>
  /** Starts an actor of the fixture in a process; resolves when it is ready. */
  runs(app: string, actor: string): Promise<CliProcess>
  /** The path of a file that is not there, in a folder that is; with a text, of one that is there. */
  newFile(text?: string): string
  /** Starts to record; resolves when so many messages are in the file. */
  recording(path: string, count: number, ...args: string[]): Promise<CliProcess>
}

/** Registers its hooks with the suite that calls it. */
export function recordingsForTests(): RecordingsForTests {
  const cli = cliForTests()
  const hosted: Hosted[] = []
  let files = 0
  after(() => Promise.all(hosted.map((each) => each.stop())))
  return {
    cli,
    hosts: async (app, actor, options = {}) => {
      // Not before the suite has compiled it.
      const { startActor } = await import('quorate')
      const events: Record<string, unknown>[] = []
      const sink = { write: (line: string) => void events.push(JSON.parse(line)) }
      // Found by its address, so that no command need wait for others.
      const keys = cli.keysOf(app.name)
      const started = await startActor(app, actor, { discovery: 'static:', keys, sink, ...options })
      const { id, directory } = started
      const each = { id, directory, events, stop: () => started.stop() }
      hosted.push(each)
      return each
    },
    runs: async (app, actor) => {
      const line = ['run', fixtureApp('recorded.ts'), actor, '--json']
      const started = cli.start(line, { env: { TEST_APP: app } })
      await started.until(() => started.events.some(({ event }) => event === 'ready'), `${actor} is ready`)
      return started
    },
    newFile: (text) => {
      const path = cli.file(`recording-${files++}/r.jsonl`, text ?? '')
      return text === undefined ? join(dirname(path), 'new.jsonl') : path
    },
    recording: async (path, count, ...args) => {
      const process = cli.start(['record', path, ...args])
      await eventually(() => messagesIn(path).length >= count, `${count} messages`)
      return process
    },
  }
}

/** Options with which a command looks only at these actors. */
export function only(...actors: { readonly directory: string }[]): string[] {
  return ['--discovery', `static:${actors.map(({ directory }) => directory).join(',')}`]
}

export function linesIn(path: string): Line[] {
  try {
    return readFileSync(path, 'utf8').split('\n').filter(Boolean).map(lineOf)
  } catch {
    return []
  }
}

/** The messages that are in the file already; its last line may be under way. */
export function messagesIn(path: string): Line[] {
  return linesIn(path).filter(({ m }) => m !== undefined)
}

function lineOf(text: string): Line {
  try {
    const line: Line = JSON.parse(text)
    return line
  } catch {
    return {}
  }
}
