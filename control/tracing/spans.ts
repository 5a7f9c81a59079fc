/**
 * Spans of OpenTelemetry, in a program that has registered an SDK of it. In every other one nothing is loaded
 * and nothing is done: an actor starts no later for it, and a call costs one look.
 */
import { createRequire } from 'node:module'
import type { Attributes, Context, SpanContext } from '@opentelemetry/api'
import { isThenable, messageOf } from '../../ports/index.js'

type Api = typeof import('@opentelemetry/api')

/** Where version 1 of the API keeps what was registered, whichever copy of it that was registered with. */
const REGISTERED = Symbol.for('opentelemetry.js.api.1')
const SCOPE = 'quorate'

/** Of a span that is to be. */
export interface SpanOptions {
  readonly name: string
  /** `client` is part of what goes on here; the others are of who asked. */
  readonly kind: 'client' | 'server'
  /** W3C `traceparent` of who asked; anything else is as if there were none. */
  readonly parent?: string | undefined
  readonly attributes: Attributes
}

let loaded: Api | undefined

function api(): Api | undefined {
  if (loaded || !(REGISTERED in globalThis)) return loaded
  const read: Api = createRequire(import.meta.url)('@opentelemetry/api')
  loaded = read
  return read
}

/**
 * Does something within a span, which ends and fails with it, or with its promise. It is given the
 * `traceparent` of the span, for those whom it asks; without an SDK that of who asked.
 */
export function spanned<T>(
  { name, kind, parent, attributes }: SpanOptions,
  act: (traceparent: string | undefined) => T,
): T {
  const otel = api()
  if (!otel) return act(parent)
  const { context, trace, SpanKind } = otel
  const above = kind === 'client' ? context.active() : contextOf(otel, parent)
  const options = { kind: kind === 'client' ? SpanKind.CLIENT : SpanKind.SERVER, attributes }
  const span = trace.getTracer(SCOPE).startSpan(name, options, above)
  const within = trace.setSpan(above, span)
  const failed = (error: unknown): void => {
    span.setStatus({ code: otel.SpanStatusCode.ERROR, message: messageOf(error) })
    span.end()
  }
  return context.with(within, () => {
    try {
      const result = act(traceparentOf(otel, span.spanContext()))
      if (isThenable(result)) result.then(() => span.end(), failed)
      else span.end()
      return result
    } catch (error) {
      failed(error)
      throw error
    }
  })
}

const VALID = /^(?!ff)[\da-f]{2}-(?!0{32})([\da-f]{32})-(?!0{16})([\da-f]{16})-([\da-f]{2})$/

export function isTraceparent(text: string): boolean {
  return VALID.test(text)
}

function traceparentOf({ isSpanContextValid }: Api, of: SpanContext): string | undefined {
  if (!isSpanContextValid(of)) return undefined
  const { traceId, spanId, traceFlags } = of
  return `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`
}

function contextOf({ trace, ROOT_CONTEXT }: Api, traceparent = ''): Context {
  const [, traceId, spanId, flags] = VALID.exec(traceparent) ?? []
  if (!traceId || !spanId || !flags) return ROOT_CONTEXT
  const traceFlags = Number.parseInt(flags, 16)
  return trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId, traceFlags, isRemote: true })
}
