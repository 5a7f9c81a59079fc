/**
 * The life of a process that runs one actor, from the outside: signals stop it gracefully, a second one at
 * once; whatever the user's code does, sockets are closed before the process ends and the exit code is the
 * right one.
 *
 *   SIGINT, SIGTERM, launcher gone   graceful stop, then exit 0 (or the exit code that the program has set)
 *   a second signal                  exit 130, at once
 *   uncaught error, rejected promise reported, exit 1
 *   process.exit(n)                  n
 */
import { inspect } from 'node:util'
import { messageOf, portLimits, QuorateError } from '../ports/index.js'
import { runtimeLimits } from './limits.js'

/** What `tieToProcess()` ties to the process. */
export interface Stoppable {
  /** From the call to stop() on, whoever called it. */
  readonly isStopping: boolean
  /** Ends gracefully. */
  stop(): Promise<void>
  /** Closes every socket, now; called before the process ends in any way. */
  abandon(): void
  /** Reports what ends the process. */
  fatal(error: unknown, what: string): void
}

const INTERRUPTED = 130
const UNLOOKED = 'a promise was rejected and nobody looked'

/** Ties a process to what runs in it. */
export function tieToProcess(running: Stoppable): void {
  let isAsked = false
  const stop = (): void => {
    if (isAsked) process.exit(INTERRUPTED)
    isAsked = true
    const giveUp = setTimeout(() => process.exit(), runtimeLimits.stopMs)
    running.stop().then(
      () => process.exit(),
      (error) => {
        running.fatal(error, 'the stop failed')
        clearTimeout(giveUp)
        process.exit(1)
      },
    )
  }
  process.on('SIGINT', stop)
  process.on('SIGTERM', stop)
  process.on('disconnect', () => {
    if (!isAsked) stop()
  })
  const fatal = (error: unknown, what: string): void => {
    if (running.isStopping && isOfTheStop(error)) return
    running.fatal(error, what)
    process.exit(1)
  }
  process.on('uncaughtException', (error, origin) => {
    fatal(error, origin === 'unhandledRejection' ? UNLOOKED : 'an error was thrown')
  })
  process.on('unhandledRejection', (reason) => {
    // Whoever else listens sees to it, as if nobody listened here.
    if (process.listenerCount('unhandledRejection') === 1) fatal(rejectionOf(reason), UNLOOKED)
  })
  process.on('exit', () => running.abandon())
}

/** What is no error becomes one, as Node does it where nobody listens, but says what it was. */
function rejectionOf(reason: unknown): unknown {
  if (reason instanceof Error) return reason
  const error = new Error(`rejected with ${describeThrown(reason)}`)
  return Object.assign(error, { name: 'UnhandledPromiseRejection', code: NO_ERROR, stack: undefined })
}

const CODES_OF_THE_STOP: ReadonlySet<unknown> = new Set([
  'not-open',
  'closed',
  'stopped',
  'left',
  'peer-lost',
])

/**
 * Whether it was thrown because ports are closed, groups left, or peers gone, which often stop together:
 * while an actor stops, that is no fault of the code that used one. What was thrown in a thread is a copy,
 * which has lost its class.
 */
export function isOfTheStop(error: unknown): boolean {
  if (!(error instanceof Error) || !('code' in error)) return false
  return (error instanceof QuorateError || 'retryable' in error) && CODES_OF_THE_STOP.has(error.code)
}

const PLACE = /(?:\(|at (?:async )?)((?:file:\/\/|\/|[A-Z]:\\)[^()]*?:\d+:\d+)\)?$/
/** Where quorate itself lies: compiled in `dist`, which is all its own, or as it was written. */
const HERE = new URL('..', import.meta.url).href
const OWN = HERE.endsWith('/dist/')
  ? [HERE]
  : ['apps/quorate/', 'testing/', 'runtime/', 'groups/', 'ports/', 'discovery/'].map(
      (folder) => HERE + folder,
    )

/** The code of what Node makes of a rejection with what is no error, and what that says last. */
const NO_ERROR = 'ERR_UNHANDLED_REJECTION'
const OF_NODE = /The promise rejected with the reason "(.*)"\.$/s
const INSPECTED = { depth: 2, breakLength: Number.POSITIVE_INFINITY } as const

/** One line for what was thrown, with the place in the user's code where there is one. Never throws. */
export function describeThrown(error: unknown): string {
  const text = textOf(error)
    .trim()
    .replaceAll(/\s*[\r\n]+\s*/g, ' ')
  const stack: unknown = error instanceof Error ? error.stack : undefined
  const place = typeof stack === 'string' ? placeIn(stack) : undefined
  return place && !text.includes(place) ? `${text} (${place})` : text
}

function textOf(thrown: unknown): string {
  if (typeof thrown === 'string') return thrown
  if (!(thrown instanceof Error)) return inspected(thrown)
  const reason =
    'code' in thrown && thrown.code === NO_ERROR ? OF_NODE.exec(messageOf(thrown))?.[1] : undefined
  return reason === undefined ? messageOf(thrown) : `rejected with ${reason}`
}

function inspected(value: unknown): string {
  try {
    const text = inspect(value, INSPECTED)
    return text.length > portLimits.foreignText ? `${text.slice(0, portLimits.foreignText)}…` : text
  } catch {
    return 'something that has no text'
  }
}

/** The innermost line of a stack that is neither of Node, nor of a package, nor of quorate. */
function placeIn(stack: string): string | undefined {
  const places = stack.split('\n').flatMap((line) => PLACE.exec(line.trimEnd())?.[1] ?? [])
  const place = places.find((each) => {
    const url = each.startsWith('/') ? `file://${each}` : each
    return !url.includes('/node_modules/') && !OWN.some((folder) => url.startsWith(folder))
  })
  return place?.replace(/^file:\/\/(?=\/)/, '')
}

/** What was thrown, as an event holds it. */
export function describeError(error: unknown): object {
  if (!(error instanceof Error)) return { message: textOf(error) }
  const code = 'code' in error ? { code: String(error.code) } : {}
  const maker: unknown = error.constructor
  const type = (typeof maker === 'function' && maker.name) || error.name
  return { type, name: error.name, message: error.message, stack: error.stack, ...code }
}
