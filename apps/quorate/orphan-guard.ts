/**
 * Ends actors that outlive a launcher that was killed itself. They stop when they see that it is gone, but
 * one whose event loop is blocked sees nothing. So a shell waits at a pipe that only the end of the launcher
 * closes, gives the actors time to stop, and kills what is left. Not on Windows.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { commandLimits } from './limits.js'

/**
 * Each line that it reads is the whole list of process ids. Who has such an id in the end must still be an
 * actor: the system may have given it to another process.
 */
const SCRIPT = `
  while read -r line; do pids=$line; done
  [ -z "$pids" ] && exit
  sleep "$1"
  for pid in $pids; do
    case $(cat "/proc/$pid/cmdline" 2>&- || ps -o args= -p "$pid") in
      *quorate/actor.*) kill -KILL "$pid" ;;
    esac
  done`

export class OrphanGuard {
  readonly #shell: ChildProcess | undefined

  /** Without a shell there is no guard; that is no failure. */
  constructor() {
    if (process.platform === 'win32') return
    const args = ['-c', SCRIPT, 'quorate guard', String(commandLimits.orphanS)]
    // Ctrl-C is for the launcher alone.
    this.#shell = spawn('/bin/sh', args, { stdio: ['pipe', 'ignore', 'ignore'], detached: true })
    this.#shell.on('error', () => undefined)
    this.#shell.stdin?.on('error', () => undefined)
    this.#shell.unref()
  }

  /** Guards these processes, and no others any more. */
  guard(pids: readonly number[]): void {
    this.#shell?.stdin?.write(`${pids.join(' ')}\n`)
  }
}
