/** Waits until somebody ends this program. */
import { exitCodes } from './failure.js'

const SIGNALS = ['SIGINT', 'SIGTERM'] as const

/** Resolves with the exit code, at the first signal; a second one ends the program as it always does. */
export function untilSignal(): Promise<number> {
  return new Promise((resolve) => {
    const ended = (): void => {
      for (const signal of SIGNALS) process.off(signal, ended)
      resolve(exitCodes.ok)
    }
    for (const signal of SIGNALS) process.on(signal, ended)
  })
}
