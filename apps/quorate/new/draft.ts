/** What is decided of a new app before anything of it is written. */

/** TypeScript or plain JavaScript; the ending of its files, too. */
export type Language = 'ts' | 'js'

export interface Draft {
  /** Of the app and of its package. */
  readonly name: string
  readonly language: Language
  /** How its package.json names this quorate: a range of versions, or `file:…`. */
  readonly quorate: string
  /** The ranges of the other packages that it needs, by name. */
  readonly versions: Readonly<Record<string, string>>
}

/** A text that only TypeScript has. */
export function typed({ language }: Draft, text: string): string {
  return language === 'ts' ? text : ''
}
