/** What the readers of both languages do: texts within bounds, words into problems and values. */
import {
  EOF,
  type ILexingError,
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

/** Signs that belong to no word. */
export function lexingProblems(text: string, errors: readonly ILexingError[]): Problem[] {
  return errors.map(({ offset, length, line = 1, column = 1 }) => {
    const found = text.slice(offset, offset + Math.min(length, 20))
    const at = { line, column }
    if (/^["']/.test(found)) return { at, text: `the text that begins here with ${found[0]} has no end` }
    if (found.startsWith('/')) return { at, text: 'the comment that begins here has no end' }
    return { at, text: `${JSON.stringify(found)} means nothing here` }
  })
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

/** `expected ';', found '}'`. */
export const messages: IParserErrorMessageProvider = {
  buildMismatchTokenMessage: ({ expected, actual }) =>
    `expected ${either([expected])}, found ${shown(actual)}`,
  buildNotAllInputParsedMessage: ({ firstRedundant }) => `expected 'app', found ${shown(firstRedundant)}`,
  buildNoViableAltMessage: ({ expectedPathsPerAlt, actual }) =>
    `expected ${either(expectedPathsPerAlt.flat().map(([first]) => first))}, found ${shown(actual[0])}`,
  buildEarlyExitMessage: ({ expectedIterationPaths, actual }) =>
    `expected ${either(expectedIterationPaths.map(([first]) => first))}, found ${shown(actual[0])}`,
}
