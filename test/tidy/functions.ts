/**
 * Finds the functions of a file and their lengths, by braces. A `{` opens a function's body where what
 * stands before it is `=>`, or a parameter list that is not that of `if`, `for` and the like.
 * A `describe` block is a container, not a function: its lines count for nobody.
 */

export interface FunctionSpan {
  readonly line: number
  readonly lines: number
}

interface Block {
  readonly kind: 'function' | 'suite' | 'other'
  readonly line: number
  /** Lines of suites inside, which are not this block's own. */
  suiteLines: number
}

const ARROW = /=>$/
/** The end of a parameter list, and after it perhaps the type of the result, to its end. */
const PARAMETERS_END = /\)(?:\s*:[^;{}=)]*[\w>\]])?$/
const CONTROL = /(?:^|[^\w$.])(?:if|for|for\s+await|while|switch|catch|with)$/
const SUITE = /\b(?:describe|context|suite)(?:\.only)?\(.*(?:=>|\bfunction\s*\(\))$/s
/** Braces of a type or pattern in front of the body: `(a: { b: number }): Promise<{ c: d }> {`. */
const INNER_BRACES = /(?<=[:<|&(,[]\s*)\{[^{}]*\}/g

/** `code` is the text without comments and strings (lexer.ts). */
export function functionsIn(code: string): FunctionSpan[] {
  const found: FunctionSpan[] = []
  const open: Block[] = []
  let line = 1
  for (let at = 0; at < code.length; at++) {
    const char = code.charAt(at)
    if (char === '\n') line++
    else if (char === '{') open.push({ kind: kindOf(code, at), line, suiteLines: 0 })
    else if (char === '}') close(open, line, found)
  }
  return found
}

function close(open: Block[], line: number, found: FunctionSpan[]): void {
  const block = open.pop()
  if (block === undefined) return
  const lines = line - block.line + 1
  if (block.kind === 'function') found.push({ line: block.line, lines: lines - block.suiteLines })
  const outer = open.at(-1)
  if (outer !== undefined) outer.suiteLines += block.kind === 'suite' ? lines : block.suiteLines
}

function kindOf(code: string, brace: number): Block['kind'] {
  const header = headerBefore(code, brace)
  if (SUITE.test(header)) return 'suite'
  if (ARROW.test(header)) return 'function'
  const end = header.search(PARAMETERS_END)
  return end !== -1 && !CONTROL.test(beforeParentheses(header, end)) ? 'function' : 'other'
}

/** What stands before the parenthesis that the one at `end` closes. */
function beforeParentheses(header: string, end: number): string {
  let depth = 0
  for (let at = end; at >= 0; at--) {
    const char = header.charAt(at)
    if (char === ')') depth++
    if (char === '(' && --depth === 0) return header.slice(0, at).trimEnd()
  }
  return ''
}

/** What stands between the last end of a statement or block and the brace, types in braces taken out. */
function headerBefore(code: string, brace: number): string {
  const text = code.slice(Math.max(0, brace - 1500), brace)
  const flat = text.replace(INNER_BRACES, (braces) => ' '.repeat(braces.length)).trimEnd()
  const from = Math.max(flat.lastIndexOf(';'), flat.lastIndexOf('{'), flat.lastIndexOf('}'))
  return flat.slice(from + 1).trim()
}
