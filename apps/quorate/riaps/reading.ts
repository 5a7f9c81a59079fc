/** What the readers of both languages do: texts within bounds, words into problems and values. */
import {
  createToken,
  EOF,
  type ILexingResult,
  type IParserErrorMessageProvider,
  type IRecognitionException,
  type IToken,
  type TokenType,
  tokenLabel,
} from 'chevrotain'
import { commandLimits } from '../limits.js'
import type { Named, Value } from './model.js'
import { ModelRefused, NOWHERE, type Place, type Problem } from './problem.js'

/** @throws ModelRefused for a text that is too long to be a model. */
export function requireBounds(file: string, text: string): void {
  const most = commandLimits.modelBytes
  if (Buffer.byteLength(text) <= most) return
  throw new ModelRefused(file, [{ at: NOWHERE, text: `it has more than ${most} bytes; is it a model?` }])
}

export function placeOf({ startLine, startColumn }: IToken): Place {
  return { line: startLine || 1, column: startColumn || 1 }
}

export function named(token: IToken): Named {
  return { name: token.image, at: placeOf(token) }
}

/** What stands between the quotes. */
export function unquoted({ image }: IToken): string {
  return image.slice(1, -1).replaceAll(/\\(['"\\])/g, '$1')
}

/** A word without quotes as RIAPS reads it: true and false are no names. */
export function truthOf(image: string): boolean | undefined {
  if (/^[Tt]rue$/.test(image)) return true
  return /^[Ff]alse$/.test(image) ? false : undefined
}

export function valueText(value: Value): string {
  return typeof value === 'string' ? JSON.stringify(value) : String(value)
}

const OUTSIDE = 'outside'

/**
 * What is neither word nor sign, for the end of the list of tokens: so a lexer has no errors, which take it
 * time, and looks for each end that is missing once.
 */
export const outside: TokenType[] = [
  createToken({ name: 'OpenText', pattern: /["'][\s\S]*/, group: OUTSIDE, line_breaks: true }),
  createToken({ name: 'OpenComment', pattern: /\/\*[\s\S]*/, group: OUTSIDE, line_breaks: true }),
  createToken({ name: 'Stray', pattern: /[^\s\w"'/{}();:,=%]+|\S/, group: OUTSIDE }),
]

/** What stands between words and means nothing. */
export function lexingProblems({ groups }: ILexingResult): Problem[] {
  const found: readonly IToken[] = groups[OUTSIDE] ?? []
  return found.map((token) => ({ at: placeOf(token), text: textOf(token) }))
}

function textOf({ image, tokenType }: IToken): string {
  if (tokenType.name === 'OpenText') return `the text that begins here with ${image.charAt(0)} has no end`
  if (tokenType.name === 'OpenComment') return 'the comment that begins here has no end'
  return `${JSON.stringify(image.slice(0, 20))} means nothing here`
}

/** What the parser found; each place once, for one mistake often leads to several. */
export function parsingProblems(text: string, errors: readonly IRecognitionException[]): Problem[] {
  const seen = new Set<number>()
  const problems: Problem[] = []
  for (const { token, message } of errors) {
    const { startOffset } = token
    const offset = Number.isFinite(startOffset) ? startOffset : text.length
    if (seen.has(offset)) continue
    seen.add(offset)
    const at = Number.isFinite(startOffset) ? placeOf(token) : endOf(text)
    problems.push({ at, text: message })
  }
  return problems
}

function endOf(text: string): Place {
  const lines = text.split('\n')
  return { line: lines.length, column: (lines.at(-1) ?? '').length + 1 }
}

function shown(token: IToken | undefined): string {
  if (!token || token.tokenType === EOF) return 'the end of the file'
  return token.image.length > 40 ? `'${token.image.slice(0, 40)}…'` : `'${token.image}'`
}

function either(tokens: readonly (TokenType | undefined)[]): string {
  const labels = [...new Set(tokens.flatMap((token) => (token ? [tokenLabel(token)] : [])))]
  const last = labels.pop() ?? 'something else'
  return labels.length > 0 ? `${labels.join(', ')} or ${last}` : last
}

/** Thrown to end a parser that has found more mistakes than anybody reads: each takes it some time. */
class Enough extends Error {}

let foundSoFar = 0

/** Runs a parser; undefined where it found too many mistakes to go on. What it found is in its `errors`. */
export function parsed<T>(parse: () => T): T | undefined {
  foundSoFar = 0
  try {
    return parse()
  } catch (error) {
    if (error instanceof Enough) return undefined
    throw error
  }
}

function counted(message: string): string {
  foundSoFar++
  if (foundSoFar > commandLimits.modelProblems * FOUND_FOR_EACH_TOLD) throw new Enough()
  return message
}

/** One mistake may be found several times. */
const FOUND_FOR_EACH_TOLD = 5

/** `expected ';', found '}'`. */
export const messages: IParserErrorMessageProvider = {
  buildMismatchTokenMessage: ({ expected, actual }) =>
    counted(`expected ${either([expected])}, found ${shown(actual)}`),
  buildNotAllInputParsedMessage: ({ firstRedundant }) =>
    counted(`expected 'app', found ${shown(firstRedundant)}`),
  buildNoViableAltMessage: ({ expectedPathsPerAlt, actual }) =>
    counted(
      `expected ${either(expectedPathsPerAlt.flat().map(([first]) => first))}, found ${shown(actual[0])}`,
    ),
  buildEarlyExitMessage: ({ expectedIterationPaths, actual }) =>
    counted(`expected ${either(expectedIterationPaths.map(([first]) => first))}, found ${shown(actual[0])}`),
}
