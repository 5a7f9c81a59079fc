/**
 * The judgement of the history of a trial: whether what the group answered can be the work of one that does
 * one thing after the other. A history that does not fit, or of which that cannot be found out, is kept.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { checkHistory } from '../linearizability/check.js'
import { readHistory } from '../linearizability/history.js'
import { isA, isOpen } from '../linearizability/models/spec.js'

/** Configurations that a part may take: where a machine is too busy, much is under way at once. */
const CONFIGURATIONS_MOST = 2_000_000
/** Where histories are kept. */
const FOLDER = join(tmpdir(), 'quorate-lab-histories')

/** Counts. */
export interface Judged {
  readonly operations: number
  /** Things asked for of which nobody heard whether they took place. */
  readonly open: number
  readonly misfits: number
  readonly unknown: number
}

/** @param name of the file in which it is kept where it has to be */
export function judge(
  text: string,
  name: string,
  folder: string = FOLDER,
): { readonly judged: Judged; readonly problems: readonly string[] } {
  const history = readHistory(text)
  const { misfits, operations } = checkHistory(history, { most: CONFIGURATIONS_MOST })
  const judged = {
    operations,
    open: history.filter((each) => isOpen(each) && isA(each, 'set', 'send', 'poll')).length,
    misfits: misfits.filter((each) => each.is === 'wrong').length,
    unknown: misfits.filter((each) => each.is === 'unknown').length,
  }
  if (misfits.length === 0) return { judged, problems: [] }
  const path = kept(text, name, folder)
  const command = `test/linearizability/check-history.ts --most ${CONFIGURATIONS_MOST} ${path}`
  const problems = misfits.map((each) => {
    const what = each.is === 'wrong' ? 'does not fit' : 'may not fit, which is not known'
    return `the history ${what}: ${each.where}`
  })
  return { judged, problems: [...problems, `look at the history: node --import tsx ${command}`] }
}

/** Its lines in the order of time, for people. */
function kept(text: string, name: string, folder: string): string {
  mkdirSync(folder, { recursive: true })
  const path = join(folder, `${name.replaceAll(/[^a-z0-9]+/gi, '-')}.jsonl`)
  const lines = text.split('\n').filter(Boolean)
  const timed = lines.map((line): [number, string] => [Number(/"t":([\d.]+)/.exec(line)?.[1]), line])
  timed.sort(([a], [b]) => a - b)
  writeFileSync(path, timed.map(([, line]) => `${line}\n`).join(''))
  return path
}
