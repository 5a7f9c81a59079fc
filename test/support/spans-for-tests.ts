/** An SDK of OpenTelemetry that keeps spans in memory. Registers its hooks with the suite. */
import { context, trace } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base'

export class SpansForTests {
  readonly #exporter = new InMemorySpanExporter()

  constructor() {
    before(() => {
      context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())
      const spanProcessors = [new SimpleSpanProcessor(this.#exporter)]
      trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors }))
    })
    afterEach(() => this.#exporter.reset())
    after(() => {
      trace.disable()
      context.disable()
    })
  }

  /** Does something within a span of the test's own. */
  within<T>(name: string, act: () => Promise<T>): Promise<T> {
    return trace.getTracer('test').startActiveSpan(name, async (span) => {
      try {
        return await act()
      } finally {
        span.end()
      }
    })
  }

  /** Those of this name that have ended. */
  ended(name: string): ReadableSpan[] {
    return this.#exporter.getFinishedSpans().filter((span) => span.name === name)
  }

  /** From the span of this name up to the one that has none above it. @throws Error where one is missing. */
  lineage(name: string): string[] {
    const spans = this.#exporter.getFinishedSpans()
    const names: string[] = []
    let span = spans.find((each) => each.name === name)
    if (!span) throw new Error(`no span ${name} among ${spans.map((each) => each.name).join(', ')}`)
    const { traceId } = span.spanContext()
    for (; span; span = above(span, spans)) {
      if (span.spanContext().traceId !== traceId) throw new Error(`${span.name} is of another trace`)
      names.push(span.name)
    }
    return names
  }
}

function above({ name, parentSpanContext }: ReadableSpan, spans: readonly ReadableSpan[]) {
  if (!parentSpanContext) return undefined
  const found = spans.find((each) => each.spanContext().spanId === parentSpanContext.spanId)
  if (!found) throw new Error(`what ${name} is part of is not there`)
  return found
}
