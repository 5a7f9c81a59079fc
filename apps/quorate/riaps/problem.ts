/** What is wrong with a model or a deployment of RIAPS, and where: `file:line:column: text`. */
import { CommandFailure, exitCodes } from '../failure.js'
import { commandLimits } from '../limits.js'

/** Where something stands in its file; both count from 1. */
export interface Place {
  readonly line: number
  readonly column: number
}

/** Where there are no lines: in a model that was read from JSON. */
export const NOWHERE: Place = { line: 0, column: 0 }

export interface Problem {
  readonly at: Place
  readonly text: string
}

/** A file that cannot be taken as it is, with all that is wrong with it. */
export class ModelRefused extends CommandFailure {
  /** Of them no more than are told, in the order of the file. */
  readonly problems: readonly string[]

  constructor(file: string, found: readonly Problem[]) {
    const problems = told(file, found)
    super(exitCodes.usage, problems.join('\n'))
    this.name = 'ModelRefused'
    this.problems = problems
  }
}

function told(file: string, found: readonly Problem[]): string[] {
  const inOrder = [...found].sort((a, b) => a.at.line - b.at.line || a.at.column - b.at.column)
  const lines = inOrder.slice(0, commandLimits.modelProblems).map((problem) => lineOf(file, problem))
  const more = found.length - lines.length
  return more > 0 ? [...lines, `${file}: and ${more} more`] : lines
}

/** As compilers tell it, so that editors lead there. */
export function lineOf(file: string, { at, text }: Problem): string {
  return at === NOWHERE ? `${file}: ${text}` : `${file}:${at.line}:${at.column}: ${text}`
}
