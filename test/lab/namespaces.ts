/**
 * Network namespaces of a rig. Their names begin with the process that made them: what a process left behind
 * that was killed is removed when the next rig is made, with what still runs in it. Nobody else's is touched.
 */
import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { isAlive } from '../support/cli.js'

const OURS = /^qlab(\d+)x[0-9a-f]{6}(?:s|h\d+)$/

/** What the names of the namespaces of one rig begin with. */
export function newTag(): string {
  return `qlab${process.pid}x${randomBytes(3).toString('hex')}`
}

/** Runs `ip` in a namespace, or outside, with these lines of a batch. @throws Error with what it said. */
export function ip(namespace: string | undefined, ...lines: readonly string[]): void {
  const where = namespace === undefined ? [] : ['-n', namespace]
  run('ip', [...where, '-batch', '-'], `${lines.join('\n')}\n`)
}

/** Runs a command to its end. @throws Error with what it said on standard error. */
export function run(command: string, args: readonly string[], input = ''): string {
  return execFileSync(command, args, { input, encoding: 'utf8', stdio: ['pipe', 'pipe', 'pipe'] })
}

/** Ends what runs in a namespace, and removes it. */
export function removeNamespace(name: string): void {
  for (const pid of run('ip', ['netns', 'pids', name]).split('\n').filter(Boolean)) {
    try {
      process.kill(Number(pid), 'SIGKILL')
    } catch {
      // Gone already.
    }
  }
  run('ip', ['netns', 'del', name])
}

/** Removes the namespaces of rigs whose process is gone; gives their names. */
export function sweep(): readonly string[] {
  const names = run('ip', ['netns', 'list'])
    .split('\n')
    .map((line) => line.split(' ')[0] ?? '')
  const left = names.filter((name) => {
    const maker = OURS.exec(name)?.[1]
    return maker !== undefined && !isAlive(Number(maker))
  })
  for (const name of left) {
    try {
      removeNamespace(name)
    } catch {
      // Another rig sweeps, too, and was first.
    }
  }
  return left
}
