/**
 * Applies a unified diff, strictly: each hunk at the one place where what it removes and its context stand.
 * Line numbers do not count, so a patch survives what changes elsewhere, and fails where its own lines do.
 */

export interface Hunk {
  readonly before: readonly string[]
  readonly after: readonly string[]
}

export interface Patch {
  /** What stands before the first file: what the patch is for. */
  readonly heading: readonly string[]
  /** Hunks of each file, by its path. */
  readonly files: ReadonlyMap<string, readonly Hunk[]>
}

export class PatchError extends Error {}

/** @param name for messages. @throws PatchError where it is no patch. */
export function parsePatch(name: string, text: string): Patch {
  const heading: string[] = []
  const files = new Map<string, Hunk[]>()
  let hunks: Hunk[] | undefined
  let hunk: { before: string[]; after: string[] } | undefined
  for (const line of text.trimEnd().split('\n')) {
    if (line.startsWith('--- ')) hunk = undefined
    else if (line.startsWith('+++ ')) {
      hunks = []
      files.set(line.slice('+++ '.length).replace(/^b\//, ''), hunks)
    } else if (line.startsWith('@@') && hunks) {
      hunk = { before: [], after: [] }
      hunks.push(hunk)
    } else if (hunk) {
      const rest = line.slice(1)
      if (!/^[-+ ]/.test(line) && line !== '') throw new PatchError(`${name}: what is "${line}"?`)
      if (!line.startsWith('+')) hunk.before.push(rest)
      if (!line.startsWith('-')) hunk.after.push(rest)
    } else heading.push(line)
  }
  if (files.size === 0) throw new PatchError(`${name} changes no file`)
  return { heading, files }
}

/** @throws PatchError where a hunk stands nowhere, or at several places. */
export function applyHunks(where: string, text: string, hunks: readonly Hunk[]): string {
  let lines = text.split('\n')
  for (const { before, after } of hunks) {
    const at = lines.flatMap((_, start) => (isAt(lines, start, before) ? [start] : []))
    const [start] = at
    if (start === undefined || at.length > 1) {
      const found = at.length === 0 ? 'nowhere' : `at ${at.length} places`
      throw new PatchError(
        `${where}: this stands ${found}, so the patch is to be made anew:\n${before.join('\n')}`,
      )
    }
    lines = [...lines.slice(0, start), ...after, ...lines.slice(start + before.length)]
  }
  return lines.join('\n')
}

function isAt(lines: readonly string[], start: number, before: readonly string[]): boolean {
  return before.every((line, offset) => lines[start + offset] === line)
}
