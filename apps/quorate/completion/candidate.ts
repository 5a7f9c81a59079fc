/** What may come next on the command line, and how it is handed to the shell. */
import { harmless } from '../terminal.js'

export interface Candidate {
  /** The whole word. */
  readonly value: string
  /** `open`: more of the word is to come, so that no blank follows. A folder ends with a slash. */
  readonly kind: 'word' | 'open' | 'file' | 'folder'
  /** A few words for people; shells that have no room for them leave them out. */
  readonly about: string
}

const ABOUT_CHARS = 80

export function word(value: string, about = ''): Candidate {
  return { value, kind: 'word', about }
}

/** A line for a script: kind, value and words, with tabs between; none for what no line can hold. */
export function lineFor({ kind, value, about }: Candidate): string[] {
  if (harmless(value) !== value) return []
  return [`${kind}\t${value}\t${harmless(about.replaceAll(/\s+/g, ' ')).slice(0, ABOUT_CHARS)}`]
}
