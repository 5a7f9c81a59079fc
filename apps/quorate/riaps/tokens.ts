/**
 * The words of `.riaps`. As in RIAPS, a keyword is one only where the grammar has it: elsewhere each may be a
 * name, as `timer clock`, `component Component` or a port `sub`.
 */
import { createToken, Lexer, type TokenType } from 'chevrotain'
import { outside } from './reading.js'
import { keyword, mark } from './token-kinds.js'

/** What stands where a name may: an identifier, or any keyword. */
export const Name = createToken({ name: 'Name', label: 'a name', pattern: Lexer.NA })

export const Identifier = createToken({
  name: 'Identifier',
  label: 'a name',
  pattern: /[A-Za-z_\u00aa-\ufeef][\w\u00aa-\ufeef]*/,
  line_breaks: false,
  categories: [Name],
})

const words = [
  ...['app', 'message', 'group', 'library', 'component', 'device', 'actor'],
  ...['pub', 'sub', 'clt', 'srv', 'req', 'rep', 'qry', 'ans', 'timer', 'inside'],
  ...['with', 'leader', 'consensus', 'using', 'timed', 'within', 'in', 'scheduler', 'default'],
  ...['heartbeat', 'electionMin', 'electionMax', 'peerTimeout', 'consensusTimeout'],
  ...['python', 'Python', 'py', 'cpp', 'rr', 'priority', 'local', 'internal', 'uses'],
  ...['cpu', 'mem', 'space', 'net', 'max', 'over', 'rate', 'ceil', 'burst'],
  ...['sec', 'msec', 'min', 'mb', 'kb', 'gb', 'kbps', 'mbps', 'k'],
] as const
const marks = ['real-time', 'c++', 'C++', '{', '}', '(', ')', ';', ':', ',', '=', '%'] as const
type Word = (typeof words)[number] | (typeof marks)[number]

const byText = new Map<string, TokenType>([
  ...marks.map((text): [string, TokenType] => [text, mark(text)]),
  // A word that begins another stands behind it.
  ...[...words]
    .sort((a, b) => b.length - a.length)
    .map((text): [string, TokenType] => [text, keyword(text, Identifier, Name)]),
])

/** The token of a keyword or sign. */
export function word(text: Word): TokenType {
  const token = byText.get(text)
  if (!token) throw new Error(`there is no token ${text}`)
  return token
}

export const Text = createToken({
  name: 'Text',
  label: 'a text in quotes',
  pattern: /"(?:\\[\s\S]|[^"\\])*"|'(?:\\[\s\S]|[^'\\])*'/,
  line_breaks: true,
})

export const Numeral = createToken({
  name: 'Numeral',
  label: 'a number',
  pattern: /[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?/,
})

const skipped = [
  createToken({ name: 'Blank', pattern: /\s+/, group: Lexer.SKIPPED, line_breaks: true }),
  createToken({ name: 'LineComment', pattern: /\/\/[^\n\r]*/, group: Lexer.SKIPPED }),
  createToken({
    name: 'BlockComment',
    pattern: /\/\*[\s\S]*?\*\//,
    group: Lexer.SKIPPED,
    line_breaks: true,
  }),
]

export const riapsTokens: TokenType[] = [
  ...skipped,
  ...byText.values(),
  Text,
  Numeral,
  Identifier,
  Name,
  ...outside,
]
export const riapsLexer = new Lexer(riapsTokens, { positionTracking: 'onlyStart' })
