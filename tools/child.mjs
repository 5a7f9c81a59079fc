// Runs one program to its end, quietly: what it prints is kept, for the case that it fails.
// A signal that would end us is passed on to it, so that it is not left behind.

import { spawn } from 'node:child_process'

/** The last part of the output is kept; an error is at the end. */
const OUTPUT_CHARS_MAX = 256 * 1024
const PASSED_ON = ['SIGINT', 'SIGTERM', 'SIGHUP']

/**
 * Gives `{ code, output, interrupted }`: the exit code or the signal that ended it, both output streams in
 * the order they came, and the signal that was passed on, if any. Rejects if it cannot be started.
 * `admit(pid)` puts the child under the lock and gives back its release.
 */
export function runQuietly({ command, args, cwd, shell = false }, admit) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, shell, stdio: ['ignore', 'pipe', 'pipe'] })
    const release = child.pid === undefined ? () => undefined : admit(child.pid)
    let output = ''
    let interrupted
    const keep = (text) => {
      output = (output + text).slice(-OUTPUT_CHARS_MAX)
    }
    const passOn = (signal) => {
      interrupted = signal
      child.kill(signal)
    }
    for (const signal of PASSED_ON) process.on(signal, passOn)
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', keep)
    const settle = (outcome) => {
      for (const signal of PASSED_ON) process.off(signal, passOn)
      release()
      outcome()
    }
    child.once('error', (error) => settle(() => reject(error)))
    child.once('close', (code, signal) =>
      settle(() => resolve({ code: code ?? signal, output, interrupted })),
    )
  })
}
