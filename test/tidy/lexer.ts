/**
 * Splits TypeScript text into what the tidy rules look at: code, comments and strings. Not a parser: it
 * knows quotes, templates, comments and, by the token before the slash, regular expressions.
 *
 * Each result has the length and the line breaks of the source, with blanks for all that is not of its
 * kind, so that an offset or a line number means the same in all of them.
 */

export interface Lexed {
  /** Without comments, strings, the text of templates and regular expressions. */
  readonly code: string
  readonly comments: string
  /** Code and strings, without comments. */
  readonly withStrings: string
}

type Kind = 'code' | 'comment' | 'string'

interface Piece {
  readonly kind: Kind
  readonly end: number
}

/** After one of these words, or after an operator, a slash begins a regular expression. */
const WORD_BEFORE_REGEX = /\b(return|typeof|case|in|of|do|else|void|delete|throw|await|yield)$/
const OPERATOR_BEFORE_REGEX = /[(,=:[!&|?{};+\-*%~^<>]$/
const REGEX = /\/(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\[\n])+\/\w*/y

export function lex(source: string): Lexed {
  const kinds: Kind[] = new Array<Kind>(source.length).fill('code')
  /** For each open `${`, how many braces are open inside it. */
  const templates: number[] = []
  let code = ''
  for (let at = 0; at < source.length; ) {
    const piece = pieceAt(source, at, code, templates)
    kinds.fill(piece.kind, at, piece.end)
    // Strings count as a token, so that a slash after one is a division.
    code = piece.kind === 'code' ? (code + source.slice(at, piece.end)).slice(-40) : endOf(code, piece.kind)
    at = piece.end
  }
  const only = (wanted: (kind: Kind) => boolean) =>
    Array.from({ length: source.length }, (_, at) => pick(source, at, wanted(kinds[at] ?? 'code'))).join('')
  return {
    code: only((kind) => kind === 'code'),
    comments: only((kind) => kind === 'comment'),
    withStrings: only((kind) => kind !== 'comment'),
  }
}

function pick(source: string, at: number, wanted: boolean): string {
  const char = source.charAt(at)
  return wanted || char === '\n' ? char : ' '
}

function endOf(code: string, kind: Kind): string {
  return kind === 'string' ? `${code}s` : code
}

function pieceAt(source: string, at: number, before: string, templates: number[]): Piece {
  const char = source.charAt(at)
  if (source.startsWith('//', at)) return { kind: 'comment', end: orEnd(source, source.indexOf('\n', at)) }
  if (source.startsWith('/*', at))
    return { kind: 'comment', end: orEnd(source, source.indexOf('*/', at + 2), 2) }
  if (char === "'" || char === '"') return { kind: 'string', end: quotedEnd(source, at, char) }
  if (char === '`') return templateText(source, at + 1, templates)
  if (char === '/' && !isOfTag(source, at) && beginsRegex(before)) return regexAt(source, at)
  return braceOrOther(source, at, char, templates)
}

/** Keeps account of braces, to know which one ends a `${` and leads back into the template. */
function braceOrOther(source: string, at: number, char: string, templates: number[]): Piece {
  const open = templates.at(-1)
  if (open !== undefined && char === '{') templates[templates.length - 1] = open + 1
  if (open !== undefined && char === '}') {
    if (open === 0) {
      templates.pop()
      return templateText(source, at + 1, templates)
    }
    templates[templates.length - 1] = open - 1
  }
  return { kind: 'code', end: at + 1 }
}

/** Text of a template from `from` to the closing quote, or up to and with the next `${`. */
function templateText(source: string, from: number, templates: number[]): Piece {
  for (let at = from; at < source.length; at++) {
    const char = source.charAt(at)
    if (char === '\\') at++
    else if (char === '`') return { kind: 'string', end: at + 1 }
    else if (source.startsWith('${', at)) {
      templates.push(0)
      return { kind: 'string', end: at + 2 }
    }
  }
  return { kind: 'string', end: source.length }
}

function quotedEnd(source: string, from: number, quote: string): number {
  for (let at = from + 1; at < source.length; at++) {
    const char = source.charAt(at)
    if (char === '\\') at++
    else if (char === quote || char === '\n') return at + 1
  }
  return source.length
}

/** The slash of `</b>`, or of `<b />`. */
function isOfTag(source: string, at: number): boolean {
  return source.charAt(at - 1) === '<' || source.charAt(at + 1) === '>'
}

function beginsRegex(before: string): boolean {
  const text = before.trimEnd()
  return text === '' || OPERATOR_BEFORE_REGEX.test(text) || WORD_BEFORE_REGEX.test(text)
}

function regexAt(source: string, at: number): Piece {
  REGEX.lastIndex = at
  const found = REGEX.exec(source)
  return found === null ? { kind: 'code', end: at + 1 } : { kind: 'string', end: at + found[0].length }
}

function orEnd(source: string, index: number, more = 0): number {
  return index === -1 ? source.length : index + more
}
