/** Actors started by the real launcher, whose events a test waits for. */
import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { projectRoot } from '../project.js'
import { EventLog } from './events.js'

const MAIN = join(projectRoot, 'dist', 'apps', 'quorate', 'main.js')

export interface ActorProcess {
  readonly log: EventLog
  /** Of the actor itself, not of its launcher. */
  readonly pid: number
  readonly launcher: ChildProcess
}

/** Puts a command where it is to run: on a host of a test network, say. */
export type Place = (...command: string[]) => [program: string, args: string[]]

const here: Place = (program = '', ...args) => [program, args]

/** Starts actors for one test, and ends them all. */
export class ActorProcesses {
  #started: ActorProcess[] = []

  /** Starts `quorate run <app> <args> --json` and resolves when its first actor has started. */
  async start(app: string, args: readonly string[], place: Place = here): Promise<ActorProcess> {
    const command = place(process.execPath, MAIN, 'run', join(projectRoot, app), ...args, '--json')
    const launcher = spawn(...command, { stdio: ['ignore', 'pipe', 'inherit'] })
    const log = new EventLog()
    createInterface({ input: launcher.stdout }).on('line', (line) => log.write(line))
    const { pid } = await log.named('started')
    const all = { log, pid: Number(pid), launcher }
    this.#started.push(all)
    return all
  }

  /** Ends them at once; resolves when they are gone. */
  async end(): Promise<void> {
    const started = this.#started
    this.#started = []
    await Promise.all(started.map(({ launcher, pid }) => endBoth(launcher, pid)))
  }
}

async function endBoth(launcher: ChildProcess, pid: number): Promise<void> {
  if (launcher.exitCode !== null || launcher.signalCode !== null) return
  const gone = new Promise((resolve) => launcher.once('close', resolve))
  // The launcher ends by itself when its actor has.
  try {
    process.kill(pid, 'SIGKILL')
  } catch {}
  await gone
}
