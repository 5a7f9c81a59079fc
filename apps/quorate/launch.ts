/**
 * One actor process as the launcher sees it. The child is plain Node; it gets what it is to run in its
 * environment, tells its events on a pipe of its own (fd 3), and stops when the launcher is gone (the IPC
 * channel breaks). It is no member of the terminal's process group, so that Ctrl-C reaches it once: through
 * the launcher.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import { isRecord } from './json.js'

const actorLaunch = z.object({
  appFile: z.string(),
  actor: z.string(),
  params: z.record(z.string(), z.unknown()),
  discovery: z.string(),
  interface: z.string(),
  directoryPort: z.int(),
  logLevel: z.string(),
})

/** What a child is to run; see `actor.ts`. */
export type ActorLaunch = z.infer<typeof actorLaunch>

/** What the launcher wrote into LAUNCH_VARIABLE. Throws where it is something else. */
export function readLaunch(text: string): ActorLaunch {
  return actorLaunch.parse(JSON.parse(text))
}

export interface ActorProcessEvents {
  /** A line of the event stream. */
  event(event: Readonly<Record<string, unknown>>): void
  /** A line that the user's code printed. */
  output(line: string, stream: 'stdout' | 'stderr'): void
  /** The process has ended and all its lines have been told. */
  ended(code: number | null, signal: NodeJS.Signals | null): void
}

/** The environment variable that carries an ActorLaunch. */
export const LAUNCH_VARIABLE = 'QUORATE_ACTOR'
/** The file descriptor of the event stream. */
export const EVENTS_FD = 3

/**
 * Milliseconds for the last lines of a process that ended: what it started itself may hold its output open.
 */
const LAST_LINES_MS = 500

const ACTOR_MAIN = fileURLToPath(new URL('./actor.js', import.meta.url))

export interface ActorProcess {
  readonly pid: number | undefined
  signal(signal: NodeJS.Signals): void
}

export function launchActor(launch: ActorLaunch, events: ActorProcessEvents): ActorProcess {
  // The names are arguments only so that `ps` of the system shows them.
  const child = spawn(process.execPath, ['--enable-source-maps', ACTOR_MAIN, launch.actor], {
    env: { ...process.env, [LAUNCH_VARIABLE]: JSON.stringify(launch) },
    stdio: ['ignore', 'pipe', 'pipe', 'pipe', 'ipc'],
    detached: true,
  })
  const streams = [
    readLines(child.stdout, (line) => events.output(line, 'stdout')),
    readLines(child.stderr, (line) => events.output(line, 'stderr')),
    readLines(eventStream(child), (line) => {
      const event = parse(line)
      if (event) events.event(event)
      else events.output(line, 'stderr')
    }),
  ]
  child.on('error', (error) => events.output(`cannot be started: ${error.message}`, 'stderr'))
  const exited = new Promise<[number | null, NodeJS.Signals | null]>((resolve) => {
    child.once('exit', (code, signal) => resolve([code, signal]))
    child.once('error', () => resolve([1, null]))
  })
  void exited.then(async ([code, signal]) => {
    await Promise.race([Promise.all(streams), new Promise((resolve) => setTimeout(resolve, LAST_LINES_MS))])
    events.ended(code, signal)
  })
  return {
    pid: child.pid,
    signal: (signal) => {
      if (child.exitCode === null && child.signalCode === null) child.kill(signal)
    },
  }
}

function eventStream(child: ChildProcess): Readable | null {
  const stream = child.stdio[EVENTS_FD]
  return stream && 'read' in stream ? stream : null
}

/** Resolves when the stream has ended. */
function readLines(stream: Readable | null, take: (line: string) => void): Promise<void> {
  if (!stream) return Promise.resolve()
  return new Promise((resolve) => {
    createInterface({ input: stream }).on('line', take).on('close', resolve)
  })
}

function parse(line: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(line)
    return isRecord(value) ? value : undefined
  } catch {
    return undefined
  }
}
