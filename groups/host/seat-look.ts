/**
 * A seat as those see it that do not hold it. Nothing here takes it, or asks more of its holder than a line.
 * Who waits for a seat holds a connection to it: the kernel breaks that in the moment in which it is freed.
 */
import { connect, type Socket } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { hostLimits } from './limits.js'
import { hostNowMs } from './monotonic.js'
import { holderIn, type SeatHolder } from './seat-holder.js'
import { type SeatName, seatPath } from './seat-name.js'

export type SeatState =
  /** Nobody in this network namespace holds it. */
  | { readonly kind: 'free' }
  | { readonly kind: 'held'; readonly by: SeatHolder }
  /** It is held by who did not say a proper word in time, or it cannot be told whether it is held. */
  | { readonly kind: 'unclear' }

/** Asks at a seat. Takes at most `hostLimits.seatAnswerMs`; never throws. */
export async function seatState(name: SeatName): Promise<SeatState> {
  return new Promise((resolve) => {
    const socket = connect({ path: seatPath(name) })
    const end = (state: SeatState): void => {
      clearTimeout(timer)
      socket.destroy()
      resolve(state)
    }
    const timer = setTimeout(() => end({ kind: 'unclear' }), hostLimits.seatAnswerMs)
    let said = ''
    socket.setEncoding('latin1')
    socket.on('data', (text: string) => {
      said += text
      const isWhole = said.includes('\n')
      if (!isWhole && said.length <= hostLimits.seatAnswerBytes) return
      const by = isWhole && said.length <= hostLimits.seatAnswerBytes ? holderIn(firstLine(said)) : undefined
      end(by ? { kind: 'held', by } : { kind: 'unclear' })
    })
    socket.on('error', (error) => end({ kind: isRefused(error) ? 'free' : 'unclear' }))
    socket.on('close', () => end({ kind: 'unclear' }))
  })
}

/** True where nobody in this network namespace holds it, false also where that cannot be told. */
export async function isSeatFree(name: SeatName): Promise<boolean> {
  const { kind } = await seatState(name)
  return kind === 'free'
}

/** Who holds it; undefined where nobody does, or who does says nothing. */
export async function holderOf(name: SeatName): Promise<SeatHolder | undefined> {
  const state = await seatState(name)
  return state.kind === 'held' ? state.by : undefined
}

/**
 * Resolves when the seat is free; another may take it meanwhile. Only where its holder cuts connections and
 * keeps the seat is it asked for in steps, of `hostLimits.seatRetryMs` and more. Rejects when the signal
 * aborts, which bounds the wait.
 */
export async function untilFree(name: SeatName, signal: AbortSignal): Promise<void> {
  let pauseMs = 0
  for (;;) {
    const sinceMs = hostNowMs()
    const end = await untilBroken(name, signal)
    if (end === 'refused') return
    if (pauseMs > 0) await pause(pauseMs, undefined, { signal })
    // That a connection broke is most often the death: the first time, and after a long one, at once.
    const isLong = end === 'broken' && hostNowMs() - sinceMs > hostLimits.seatRetryMaxMs
    const nextMs = Math.max(pauseMs * 2, hostLimits.seatRetryMs)
    pauseMs = isLong ? 0 : Math.min(nextMs, hostLimits.seatRetryMaxMs)
  }
}

/** How a connection to a seat ended: there was none, for nobody holds it; it broke; there can be none now. */
export type BrokenSeat = 'refused' | 'broken' | 'failed'

/**
 * Connects to a seat and resolves in the moment in which its holder dies, frees the seat or cuts: a sign of
 * death, and no more. Never resolves while the holder is merely stopped or busy. Rejects when the signal
 * aborts.
 */
export async function untilBroken(name: SeatName, signal: AbortSignal): Promise<BrokenSeat> {
  signal.throwIfAborted()
  return new Promise((resolve, reject) => {
    const socket: Socket = connect({ path: seatPath(name) })
    let end: BrokenSeat = 'failed'
    const abort = (): void => {
      socket.destroy()
      reject(signal.reason)
    }
    signal.addEventListener('abort', abort, { once: true })
    socket.on('connect', () => {
      end = 'broken'
    })
    // What is said is not looked at: it must only be read for the end to be seen.
    socket.resume()
    socket.on('error', (error) => {
      if (end === 'failed' && isRefused(error)) end = 'refused'
    })
    socket.on('close', () => {
      signal.removeEventListener('abort', abort)
      resolve(end)
    })
  })
}

/** No socket of that name listens in this network namespace. */
function isRefused(error: Error): boolean {
  return 'code' in error && error.code === 'ECONNREFUSED'
}

function firstLine(text: string): string {
  return text.slice(0, text.indexOf('\n'))
}
