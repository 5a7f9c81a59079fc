/**
 * One actor process as the launcher sees it. The child is plain Node; it gets what it is to run in its
 * environment, tells its events on a pipe of its own (fd 3), and stops when the launcher is gone (the IPC
 * channel breaks). It is no member of the terminal's process group, so that Ctrl-C reaches it once: through
 * the launcher. What an agent starts has no channel, and fd 3 is its log.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import { lineOf } from './failure.js'
import { commandLimits } from './limits.js'
import { readLines } from './lines.js'

const actorLaunch = z.object({
  appFile: z.string(),
  actor: z.string(),
  params: z.record(z.string(), z.unknown()),
  discovery: z.string(),
  interface: z.string(),
  directoryPort: z.int(),
  keys: z.string(),
  insecure: z.union([z.boolean(), z.literal('network')]),
  seats: z.string(),
  logLevel: z.string(),
  /** TCP ports, `subscriber:command`; '' where it takes no commands in clear text. */
  rpc: z.string(),
  rpcHost: z.string(),
  /** Of which it takes commands, and what tells it from others of its name. */
  hub: z.object({ url: z.string(), tokenFile: z.string(), instance: z.string() }).optional(),
  /** The Redis that its metrics go to, and under which key. */
  metrics: z.object({ host: z.string(), port: z.int(), key: z.string() }).optional(),
  /** Path of the socket at which the agent comes that has started it. */
  line: z.string().optional(),
})

/** What a child is to run; see `actor.ts`. */
export type ActorLaunch = z.infer<typeof actorLaunch>

/** What the launcher wrote into LAUNCH_VARIABLE. Throws where it is something else. */
export function readLaunch(text: string): ActorLaunch {
  return actorLaunch.parse(JSON.parse(text))
}

const eventLine = z.record(z.string(), z.unknown())

export interface ActorProcessEvents {
  /** A line of the event stream. */
  event(event: Readonly<Record<string, unknown>>): void
  /** A line that the user's code printed. */
  output(line: string, stream: 'stdout' | 'stderr'): void
  /** The process has ended and all its lines have been told; the last that is told. */
  ended(code: number | null, signal: NodeJS.Signals | null): void
}

/** The environment variable that carries an ActorLaunch. */
export const LAUNCH_VARIABLE = 'QUORATE_ACTOR'
/** The file descriptor of the event stream. */
export const EVENTS_FD = 3

const ACTOR_MAIN = fileURLToPath(new URL('./actor.js', import.meta.url))

/** Why the system starts no process, and the way out. */
const REFUSALS: Readonly<Record<string, string>> = {
  EMFILE: 'too many files are open; start fewer actors, or allow more files: ulimit -n',
  ENFILE: 'too many files are open on this machine; start fewer actors',
  EAGAIN: 'the system allows no more processes; start fewer actors, or allow more: ulimit -u',
  ENOMEM: 'there is too little memory; start fewer actors',
  E2BIG: 'its parameters are too long; put them into a file, and give its name',
}

export interface ActorProcess {
  /** Undefined where the system started none; that is told as an event that ends the actor. */
  readonly pid: number | undefined
  signal(signal: NodeJS.Signals): void
}

/** Never throws. */
export function launchActor(launch: ActorLaunch, events: ActorProcessEvents): ActorProcess {
  const refused = (error: unknown): void => {
    const code = error instanceof Error && 'code' in error ? String(error.code) : ''
    const msg = `the process cannot be started: ${REFUSALS[code] ?? lineOf(error)}`
    events.event({ v: 1, t: Date.now(), event: 'error', level: 'error', msg, exit: 1 })
    events.ended(1, null)
  }
  let child: ChildProcess
  try {
    child = spawnActor(launch)
  } catch (error) {
    queueMicrotask(() => refused(error))
    return { pid: undefined, signal: () => undefined }
  }
  const { pid } = child
  child.on('error', (error) => {
    if (pid === undefined) refused(error)
  })
  if (pid !== undefined) follow(child, events)
  return { pid, signal: (signal) => void child.kill(signal) }
}

/** What runs an actor: a program, and what it is told in its environment. */
export function actorProgram(launch: ActorLaunch): {
  readonly command: readonly [program: string, ...args: string[]]
  readonly environment: Readonly<Record<string, string>>
} {
  return {
    // The name is an argument only so that `ps` of the system shows it.
    command: [process.execPath, '--enable-source-maps', ACTOR_MAIN, launch.actor],
    environment: { [LAUNCH_VARIABLE]: JSON.stringify(launch) },
  }
}

function spawnActor(launch: ActorLaunch): ChildProcess {
  const { command, environment } = actorProgram(launch)
  const [program, ...args] = command
  return spawn(program, args, {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe', 'pipe', 'ipc'],
    detached: true,
  })
}

function follow(child: ChildProcess, events: ActorProcessEvents): void {
  const read = (fd: number, take: (line: string) => void): Promise<void> | undefined => {
    const stream = child.stdio[fd]
    return stream && 'read' in stream ? readLines(stream, take) : undefined
  }
  const ends = [
    read(1, (line) => events.output(line, 'stdout')),
    read(2, (line) => events.output(line, 'stderr')),
    read(EVENTS_FD, (line) => {
      const event = parse(line)
      if (event) events.event(event)
      else events.output(line, 'stderr')
    }),
  ]
  child.once('exit', async (code, signal) => {
    // What it started itself may hold its output open.
    const late = new Promise((resolve) => setTimeout(resolve, commandLimits.lastLinesMs))
    await Promise.race([Promise.all(ends), late])
    events.ended(code, signal)
  })
}

function parse(line: string): Record<string, unknown> | undefined {
  try {
    return eventLine.parse(JSON.parse(line))
  } catch {
    return undefined
  }
}
