/** Sends bytes that the receiver may have in part, and again from where it is after whatever broke. */
import { once } from 'node:events'
import type { Duplex } from 'node:stream'
import { setTimeout as delay } from 'node:timers/promises'
import { BLOB_ID, BLOB_SIZE, Counts, mismatch } from './blob.js'
import { LONGEST_MS } from './call.js'
import type { BlobOptions, BlobSource, CallOptions, Headers } from './contract.js'
import { SessionError } from './errors.js'
import { sessionLimits } from './limits.js'

type Open = (call: CallOptions) => Promise<Duplex>

/** Gives the number of all bytes. @throws SessionError; the signal's reason; what the source throws. */
export async function sendsBlob(open: Open, source: BlobSource, options: BlobOptions): Promise<number> {
  const { id, size, signal, stuckMs = sessionLimits.blobStuckMs } = options
  if (id === '' || id.length > sessionLimits.blobIdChars) {
    const text = `the id of a blob has 1 to ${sessionLimits.blobIdChars} characters`
    throw new SessionError('session-too-large', text)
  }
  const headers: Headers = {
    ...options.headers,
    [BLOB_ID]: id,
    ...(size !== undefined && { [BLOB_SIZE]: String(size) }),
  }
  const watch = new StuckWatch(stuckMs, id)
  const either = signal ? AbortSignal.any([signal, watch.signal]) : watch.signal
  let waitMs: number = sessionLimits.blobAgainMs
  try {
    for (;;) {
      const before = watch.best
      try {
        const stream = await open({ headers, withinMs: stuckMs, signal: either })
        return await attempt(stream, source, { size, signal: either, watch })
      } catch (error) {
        either.throwIfAborted()
        if (!(error instanceof SessionError) || !error.retryable) throw error
      }
      waitMs = watch.best > before ? sessionLimits.blobAgainMs : waitMs
      await delay(waitMs, undefined, { signal: either }).catch(() => either.throwIfAborted())
      waitMs = Math.min(2 * waitMs, sessionLimits.blobAgainMaxMs)
    }
  } finally {
    watch.stop()
  }
}

/** Aborts where a transfer does not come farther than it ever was for so many milliseconds. */
class StuckWatch {
  readonly #controller = new AbortController()
  readonly #timer: NodeJS.Timeout
  /** How far it came: -1 for nowhere. */
  best = -1

  constructor(stuckMs: number, id: string) {
    this.#timer = setTimeout(
      () => {
        const text = `'${id}' did not get beyond ${Math.max(0, this.best)} bytes for ${stuckMs} ms`
        this.#controller.abort(new SessionError('session-blob-stuck', text))
      },
      Math.min(stuckMs, LONGEST_MS),
    )
  }

  get signal(): AbortSignal {
    return this.#controller.signal
  }

  at(place: number): void {
    if (place <= this.best) return
    this.best = place
    this.#timer.refresh()
  }

  stop(): void {
    clearTimeout(this.#timer)
  }
}

interface AttemptOptions {
  readonly size: number | undefined
  readonly signal: AbortSignal
  readonly watch: StuckWatch
}

async function attempt(
  stream: Duplex,
  source: BlobSource,
  { size, signal, watch }: AttemptOptions,
): Promise<number> {
  const aborted = () => stream.destroy()
  signal.addEventListener('abort', aborted)
  try {
    const counts = new Counts(stream)
    let place = await counts.next()
    if (place > (size ?? place)) throw mismatch(`the receiver has ${place} bytes of ${size}`)
    watch.at(place)
    for await (const chunk of place === size ? [] : source(place)) {
      place += chunk.length
      const hasRoom = stream.write(chunk)
      // It tells of its end only once.
      if (stream.destroyed) throw stream.errored ?? mismatch('the receiver ended')
      if (!hasRoom) await once(stream, 'drain', { signal })
      watch.at(place)
    }
    stream.end()
    const received = await counts.next()
    if (received !== place || received !== (size ?? place)) {
      throw mismatch(`the receiver has ${received} bytes, and the sender ${place}`)
    }
    return received
  } catch (error) {
    stream.destroy(error instanceof Error ? error : undefined)
    // What ended the stream says more than that it has ended.
    throw stream.errored ?? error
  } finally {
    signal.removeEventListener('abort', aborted)
  }
}
