/** The words of `.depl`. A keyword is one only where the grammar has it. */
import { createToken, Lexer, type TokenType } from 'chevrotain'
import { outside } from './reading.js'
import { keyword, mark } from './token-kinds.js'

/** A name, a host, a number, or any keyword. */
export const Word = createToken({ name: 'Word', label: 'a name', pattern: Lexer.NA })

const Plain = createToken({
  name: 'Plain',
  label: 'a name',
  pattern: /[\w.+\u00aa-\ufeef-]+/,
  line_breaks: false,
  categories: [Word],
})

export const Text = createToken({
  name: 'Text',
  label: 'a text in quotes',
  pattern: /"(?:\\[\s\S]|[^"\\])*"|'(?:\\[\s\S]|[^'\\])*'/,
  line_breaks: true,
})

export const words = {
  app: keyword('app', Plain, Word),
  on: keyword('on', Plain, Word),
  all: keyword('all', Plain, Word),
  host: keyword('host', Plain, Word),
  network: keyword('network', Plain, Word),
} as const

export const marks = {
  '{': mark('{'),
  '}': mark('}'),
  '(': mark('('),
  ')': mark(')'),
  ',': mark(','),
  ';': mark(';'),
  '=': mark('='),
} as const

export const deplTokens: TokenType[] = [
  createToken({ name: 'Blank', pattern: /\s+/, group: Lexer.SKIPPED, line_breaks: true }),
  createToken({ name: 'LineComment', pattern: /\/\/[^\n\r]*/, group: Lexer.SKIPPED }),
  createToken({
    name: 'BlockComment',
    pattern: /\/\*[\s\S]*?\*\//,
    group: Lexer.SKIPPED,
    line_breaks: true,
  }),
  ...Object.values(words),
  ...Object.values(marks),
  Text,
  Plain,
  Word,
  ...outside,
]
export const deplLexer = new Lexer(deplTokens, { positionTracking: 'onlyStart' })
