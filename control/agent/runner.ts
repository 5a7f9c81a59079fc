/**
 * Starts the process of an actor so that it needs the agent for nothing: in a session of its own, with its
 * output in a file. A shell stays with it, and writes to a file, line by line, who it is and how it ended; so
 * that is known even where it ended while no agent was there.
 *
 *   4711 8812345 0a1b…       process id, start time, boot
 *   exit 137                 as a shell has it: 128 and the number of the signal
 */
import { spawn } from 'node:child_process'
import { closeSync, openSync, readFileSync, writeFileSync } from 'node:fs'
import { constants } from 'node:os'
import type { Exit } from './core.js'
import { type ProcessIdentity, processIdentity } from './processes.js'

/**
 * The file is made by who comes first: the shell, or an agent that takes this start back. The process says
 * who it is before it becomes the actor: one of which nobody could ever know never does.
 */
const SCRIPT = `
  run=$1 group=$2; shift 2
  set -C
  : > "$run" || exit 71
  set +C
  read -r boot < /proc/sys/kernel/random/boot_id
  tell() { echo "\${stat%% *} \${20} $boot" >> "$run"; }
  (
    [ -z "$group" ] || echo 0 > "$group/cgroup.procs"
    read -r stat < /proc/self/stat
    tell \${stat##*) } || exit 71
    exec "$@"
  ) &
  wait $!
  echo "exit $?" >> "$run"`

/** The file descriptor on which an actor tells its events. */
const EVENTS_FD = 3

/** What an actor is run by, and in which control group, where it is one of its own. */
export interface Program {
  readonly command: readonly string[]
  readonly environment: Readonly<Record<string, string>>
  readonly cgroup?: string | undefined
}

/** What a run file tells. */
export interface Run {
  readonly identity?: ProcessIdentity
  readonly exit?: Exit
}

/**
 * Starts it, with all that it prints and tells at the end of `logFile`. `over` is called when its shell has
 * ended, which is when its end is known, unless this process ends before. @throws Error of the system.
 */
export function runDetached(program: Program, runFile: string, logFile: string, over: () => void): void {
  const log = openSync(logFile, 'a', 0o600)
  try {
    const child = spawn(
      '/bin/sh',
      ['-c', SCRIPT, 'quorate runner', runFile, program.cgroup ?? '', ...program.command],
      {
        env: { ...process.env, ...program.environment },
        stdio: Array.from({ length: EVENTS_FD + 1 }, (_, fd) => (fd === 0 ? 'ignore' : log)),
        detached: true,
      },
    )
    child.once('error', over)
    child.once('exit', over)
    child.unref()
  } finally {
    closeSync(log)
  }
}

/** Takes a start back that has not begun: from then on it never does. False where it has begun. */
export function takeBack(runFile: string): boolean {
  try {
    writeFileSync(runFile, '', { flag: 'wx' })
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false
    throw error
  }
}

/** Undefined where it has not begun. */
export function readRun(runFile: string): Run | undefined {
  let text: string
  try {
    text = readFileSync(runFile, 'utf8')
  } catch {
    return undefined
  }
  const [, pid, started, boot] = /^(\d+) (\d+) (\S+)\n/.exec(text) ?? []
  const told = processIdentity.safeParse({ pid: Number(pid), started, boot })
  const [, code] = /^exit (\d+)\n/m.exec(text) ?? []
  return {
    ...(told.success ? { identity: told.data } : {}),
    ...(code === undefined ? {} : { exit: exitOf(Number(code)) }),
  }
}

function exitOf(code: number): Exit {
  const signal = Object.entries(constants.signals).find(([, number]) => code === 128 + number)?.[0]
  return signal === undefined ? { code, signal: null } : { code: null, signal }
}
