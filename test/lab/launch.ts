/**
 * Programs on the hosts of a rig, which talk with the lab over IPC. Each has a process namespace of its own,
 * as on another machine: nobody else sees there that it is gone.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { bundled } from '../support/bundled.js'
import type { Rig } from './rig.js'

/** What makes the namespace stays its parent, and ends with it, as it does with that. */
const APART = ['unshare', '--pid', '--fork', '--mount-proc', '--kill-child']

/** @param variables of its environment, as `env` takes them */
export function launch(
  rig: Rig,
  host: number,
  program: URL,
  args: readonly string[],
  variables: readonly string[] = [],
): ChildProcess {
  const file = bundled(fileURLToPath(program))
  const [command, line] = rig.on(host)(...APART, 'env', ...variables, process.execPath, file, ...args)
  const env = { ...process.env }
  delete env.NODE_OPTIONS
  const child = spawn(command, line, { env, stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  // What it is told while it dies.
  child.on('error', () => undefined)
  return child
}

/** Of the program itself, as this machine knows it. */
export function pidOf({ pid }: ChildProcess): number {
  return Number(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8'))
}

export function isGone({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null
}

/** kill -9. Resolves when it is gone. */
export async function killProgram(child: ChildProcess): Promise<void> {
  if (isGone(child)) return
  const gone = once(child, 'exit')
  child.kill('SIGKILL')
  await gone
}

/** The clock that all hosts of a machine share. */
export function nowMs(): number {
  const [seconds, nanoseconds] = process.hrtime()
  return seconds * 1e3 + nanoseconds / 1e6
}
