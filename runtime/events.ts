/**
 * What an actor tells of itself: one JSON object a line, `{"v":1,"t":…,"event":…}`. A launched actor writes
 * them to the pipe that the launcher gave it; one that runs by itself writes readable lines to standard
 * error.
 */
import pino, { type Logger } from 'pino'

export type EventName = 'started' | 'ready' | 'connected' | 'disconnected' | 'log' | 'error' | 'stopped'

/** A line of the event stream. What else it holds depends on the event; see docs/protocol.md. */
export interface RuntimeEvent {
  readonly v: 1
  /** Milliseconds since 1970. */
  readonly t: number
  readonly event: EventName
  readonly actor: string
  readonly id: string
  readonly [detail: string]: unknown
}

/** Takes whole lines, each a JSON object and a newline. Must not throw. */
export interface EventSink {
  write(line: string): void
}

export interface Reporter {
  /** Logger of the actor; its lines are events, too. */
  readonly log: Logger
  emit(event: Exclude<EventName, 'log'>, details?: object): void
}

/** Of pino's levels. */
const ERROR_LEVEL = 50

export interface Identity {
  readonly actor: string
  readonly id: string
}

/** The way from one actor to a sink. */
export function createReporter(identity: Identity, sink: EventSink, level: string): Reporter {
  const log = pino(
    {
      level,
      base: { v: 1, actor: identity.actor, id: identity.id },
      timestamp: () => `,"t":${Date.now()}`,
      formatters: { level: (label) => ({ level: label }) },
      mixin: (_fields, number) => ({ event: number >= ERROR_LEVEL ? 'error' : 'log' }),
    },
    sink,
  )
  return {
    log,
    emit: (event, details) =>
      sink.write(`${JSON.stringify({ v: 1, t: Date.now(), event, ...identity, ...details })}\n`),
  }
}
