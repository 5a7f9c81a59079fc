/**
 * A line of the console: words, of which quotes make one of several, and arguments as people type them:
 * `Ts=5 name="a b"`, or one JSON object. Pure.
 */

/** A line that makes no sense; the message says where. */
export class LineError extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'LineError'
  }
}

/** One word, and where in the line it begins. */
export interface Word {
  readonly text: string
  readonly start: number
  /** Some of it stood in quotes: it is a text, whatever it looks like. */
  readonly isQuoted: boolean
}

const SPACE = /\s/
const QUOTES = ['"', "'"]

/** A comment, a JSON, a text in quotes, what stands between lines, and whatever else. */
const PIECE = /(?<![^\s;])(?:#[^;]*|[[{](?:"(?:\\.|[^"\\])*"?|[^;"])*)|"[^"]*"?|'[^']*'?|;|[^;"'#[{]+|[#[{]/gs

/** The lines of a text between which `;` stands: one in quotes, or in a text of a JSON, parts nothing. */
export function linesIn(text: string): string[] {
  const lines: string[] = []
  let line = ''
  for (const [piece] of text.matchAll(PIECE)) {
    if (piece !== ';') line += piece
    else {
      lines.push(line)
      line = ''
    }
  }
  return [...lines, line]
}

/** The words of a line up to a `#` that begins one. @throws LineError for a quote that does not end. */
export function wordsOf(line: string): Word[] {
  const words: Word[] = []
  let at = 0
  while (at < line.length) {
    const char = line[at] ?? ''
    if (char === '#') break
    if (SPACE.test(char)) at++
    else if (char === '{' || char === '[') {
      words.push({ text: line.slice(at).trim(), start: at, isQuoted: false })
      break
    } else {
      const { word, end } = wordAt(line, at)
      words.push(word)
      at = end
    }
  }
  return words
}

function wordAt(line: string, start: number): { word: Word; end: number } {
  let text = ''
  let isQuoted = false
  let at = start
  while (at < line.length && !SPACE.test(line[at] ?? '')) {
    const char = line[at] ?? ''
    if (!QUOTES.includes(char)) {
      text += char
      at++
      continue
    }
    isQuoted = true
    const end = line.indexOf(char, at + 1)
    if (end < 0) throw new LineError(`the quote at character ${at + 1} does not end`)
    text += line.slice(at + 1, end)
    at = end + 1
  }
  return { word: { text, start, isQuoted }, end: at }
}

/**
 * The arguments in words: `name=value` each, or one JSON value, which is the argument itself.
 * @throws LineError for anything else.
 */
export function argumentsIn(words: readonly Word[]): unknown {
  const [first, ...rest] = words
  if (!first) return undefined
  if (/^[[{]/.test(first.text)) {
    if (rest.length > 0) throw new LineError('nothing may follow the JSON')
    return jsonIn(first.text)
  }
  return Object.fromEntries(words.map(memberIn))
}

function memberIn({ text, isQuoted }: Word): [string, unknown] {
  const at = text.indexOf('=')
  if (at < 1) throw new LineError(`${text} is no argument; write name=value, or one {"name": value}`)
  return [text.slice(0, at), valueIn({ text: text.slice(at + 1), isQuoted })]
}

/** A value as people type it: JSON where it is some, else a text. In quotes it is a text. */
export function valueIn({ text, isQuoted }: Pick<Word, 'text' | 'isQuoted'>): unknown {
  if (isQuoted) return text
  try {
    const value: unknown = JSON.parse(text)
    return isOther(text, value) ? text : value
  } catch {
    return text
  }
}

/** Whether a number would be another than what was typed: too great, or of more digits than a number has. */
function isOther(text: string, value: unknown): boolean {
  if (typeof value !== 'number') return false
  return /^-?\d+$/.test(text) ? !Number.isSafeInteger(value) : !Number.isFinite(value)
}

/** A text, number or the like as a word that is read as this very value; undefined where there is none. */
export function typed(value: unknown): string | undefined {
  const plain = typeof value === 'string' ? value : JSON.stringify(value)
  return [plain, `"${plain}"`, `'${plain}'`].find((text) => isReadAs(text, value))
}

function isReadAs(text: string, value: unknown): boolean {
  try {
    const [word, ...more] = wordsOf(text)
    return word !== undefined && more.length === 0 && valueIn(word) === value
  } catch {
    return false
  }
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new LineError(`this is no JSON: ${error instanceof Error ? error.message : text}`)
  }
}
