/** The words of a script: names, rates, times; and how one that is wrong is told. */
import { AppError } from 'quorate'

/** One statement of a script, word by word; `next()` and its like take a word each. */
export class Words {
  readonly #text: string
  readonly #words: readonly string[]
  #at = 0

  constructor(statement: string) {
    this.#text = statement.trim()
    this.#words = this.#text.split(/\s+/)
  }

  get isOver(): boolean {
    return this.#at >= this.#words.length
  }

  /** Takes the next word, which must be one of these. @throws AppError. */
  oneOf<const W extends string>(...words: readonly W[]): W {
    const found = words.find((word) => word === this.#words[this.#at])
    if (found === undefined) throw this.wrong(`write ${listed(words)}`)
    this.#at++
    return found
  }

  /** Takes the next word if it is this one. */
  has(word: string): boolean {
    const isNext = this.#words[this.#at] === word
    if (isNext) this.#at++
    return isNext
  }

  /** Takes the next word if it matches; `form` says what to write. @throws AppError. */
  match(pattern: RegExp, form: string): RegExpExecArray {
    const found = pattern.exec(this.#words[this.#at] ?? '')
    if (!found) throw this.wrong(`write ${form}`)
    this.#at++
    return found
  }

  /** How often a second: `10/s`. @throws AppError. */
  rate(): number {
    const [, number = ''] = this.match(/^(\d{1,6}(?:\.\d{1,3})?)\/s$/, 'how often a second, as 10/s or 0.5/s')
    if (Number(number) > 0) return Number(number)
    throw this.back('write a rate above 0')
  }

  /** Milliseconds: `500ms`, `2s`, `1.5min`. @throws AppError. */
  time(): number {
    const form = 'a time, as 500ms, 2s or 1min'
    const [, number = '', unit = ''] = this.match(/^(\d{1,6}(?:\.\d{1,3})?)(ms|s|min)$/, form)
    return Number(number) * (unit === 'min' ? 60_000 : unit === 's' ? 1000 : 1)
  }

  /** @throws AppError where words are left. */
  end(): void {
    if (!this.isOver) throw this.wrong('write ; before the next statement')
  }

  /** That the word before was wrong, though it is one. */
  back(wayOut: string): AppError {
    this.#at--
    return this.wrong(wayOut)
  }

  /** That the next word is wrong, or that there is none, and what to write instead. */
  wrong(wayOut: string): AppError {
    const word = this.#words[this.#at]
    const what = word
      ? `${JSON.stringify(word)} in ${JSON.stringify(this.#text)}`
      : `the end of ${JSON.stringify(this.#text)}`
    return new AppError('bad-parameter', `the script is not understood at ${what}: ${wayOut}`)
  }
}

/** `a, b or c`. */
function listed(words: readonly string[]): string {
  const last = words.at(-1) ?? ''
  return words.length < 2 ? last : `${words.slice(0, -1).join(', ')} or ${last}`
}
