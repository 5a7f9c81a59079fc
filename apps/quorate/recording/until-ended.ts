/** Waits for the end of a command that goes on until Ctrl-C, and tells how far it is on a terminal. */
import { commandLimits } from '../limits.js'

const SIGNALS = ['SIGINT', 'SIGTERM'] as const

export interface Ending {
  /** Ends it; with the reason where it failed. */
  end(failure?: string): void
  readonly isOver: boolean
  /** Resolves at the end, with the reason where it failed. */
  wait(progress: () => string): Promise<string | undefined>
}

/** @param forMs milliseconds after which it ends by itself. */
export function untilEnded(forMs: number): Ending {
  let isOver = false
  let finish: (failure: string | undefined) => void = () => undefined
  const over = new Promise<string | undefined>((resolve) => {
    finish = resolve
  })
  const end = (failure?: string): void => {
    isOver = true
    finish(failure)
  }
  const onSignal = (): void => end()
  for (const signal of SIGNALS) process.on(signal, onSignal)
  const timer = Number.isFinite(forMs) ? setTimeout(onSignal, forMs) : undefined
  return {
    end,
    get isOver() {
      return isOver
    },
    wait: async (progress) => {
      const { stderr } = process
      const show = (): void => void stderr.write(`\r${progress()}\x1b[K`)
      const shown = stderr.isTTY ? setInterval(show, commandLimits.progressMs) : undefined
      const failure = await over
      clearInterval(shown)
      clearTimeout(timer)
      if (shown) stderr.write('\r\x1b[K')
      for (const signal of SIGNALS) process.off(signal, onSignal)
      return failure
    },
  }
}
