/**
 * What an actor tells of itself: one JSON object a line, `{"v":1,"t":…,"event":…}`. A launched actor writes
 * them to the pipe that the launcher gave it; one that runs by itself writes readable lines to standard
 * error.
 */
import { types } from 'node:util'
import pino, { type Logger, stdSerializers } from 'pino'

/** The names of the events of an actor; docs/protocol.md tells what each holds. */
export type EventName =
  | 'started'
  | 'ready'
  | 'connected'
  | 'disconnected'
  | 'log'
  | 'error'
  | 'stopping'
  | 'stopped'

/** A line of the event stream. What else it holds depends on the event; see docs/protocol.md. */
export interface RuntimeEvent {
  /** The version of the form. */
  readonly v: 1
  /** Milliseconds since 1970. */
  readonly t: number
  /** What happened; the other fields follow from it. */
  readonly event: EventName
  /** The name of the actor in its app. */
  readonly actor: string
  /** 16 hex characters, new at each start of the actor. */
  readonly id: string
  readonly [detail: string]: unknown
}

/** Takes whole lines, each a JSON object and a newline. Must not throw. */
export interface EventSink {
  /** Takes one line; nothing waits for it to be written. */
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

/** Names of fields that mean the same in every event; what a log call gives under one goes into `fields`. */
const RESERVED = ['v', 't', 'event', 'actor', 'id', 'label', 'level', 'exit', 'fields']

/** The way from one actor to a sink. */
export function createReporter(identity: Identity, sink: EventSink, level: string): Reporter {
  const log = pino(
    {
      level,
      base: null,
      timestamp: () => `,"t":${Date.now()}`,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { err: errorHeld },
      // Written last, after what a child logger is bound to.
      mixin: (_fields, number) => ({ v: 1, event: number >= ERROR_LEVEL ? 'error' : 'log', ...identity }),
      mixinMergeStrategy: (given, own) => ({ ...setApart(given), ...own }),
    },
    sink,
  )
  return {
    log,
    emit: (event, details) =>
      sink.write(`${JSON.stringify({ v: 1, t: Date.now(), event, ...identity, ...details })}\n`),
  }
}

/** An error as pino holds it. What describeError() made says itself which class that was; pino would not. */
function errorHeld(given: unknown): unknown {
  return given instanceof Error || types.isNativeError(given) ? stdSerializers.err(given) : given
}

function setApart(given: object): object {
  if (!RESERVED.some((name) => Object.hasOwn(given, name))) return given
  const [reserved, free] = [true, false].map((isReserved) =>
    Object.fromEntries(Object.entries(given).filter(([name]) => RESERVED.includes(name) === isReserved)),
  )
  return { ...free, fields: reserved }
}
