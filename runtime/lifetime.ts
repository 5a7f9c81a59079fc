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
import { messageOf, QuorateError } from '../ports/index.js'
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
  process.on('uncaughtException', (error, origin) => {
    if (running.isStopping && isOfTheStop(error)) return
    const what =
      origin === 'unhandledRejection' ? 'a promise was rejected and nobody looked' : 'an error was thrown'
    running.fatal(error, what)
    process.exit(1)
  })
  process.on('exit', () => running.abandon())
}

const CODES_OF_THE_STOP: ReadonlySet<unknown> = new Set(['not-open', 'closed', 'stopped', 'left'])

/**
 * Whether it was thrown because ports are closed, or groups left: while an actor stops, that is no fault of
 * the code that used one. What was thrown in a thread is a copy, which has lost its class.
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

/** One line for what was thrown, with the place in the user's code where there is one. */
export function describeThrown(error: unknown): string {
  const text = messageOf(error)
    .trim()
    .replaceAll(/\s*[\r\n]+\s*/g, ' ')
  const stack: unknown = error instanceof Error ? error.stack : undefined
  const place = typeof stack === 'string' ? placeIn(stack) : undefined
  return place && !text.includes(place) ? `${text} (${place})` : text
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
  if (!(error instanceof Error)) return { message: messageOf(error) }
  const code = 'code' in error ? { code: String(error.code) } : {}
  return { name: error.name, message: error.message, stack: error.stack, ...code }
}
