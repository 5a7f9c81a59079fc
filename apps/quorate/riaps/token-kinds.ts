/** Kinds of words that both languages of RIAPS have. */
import { createToken, type TokenType } from 'chevrotain'

/**
 * A keyword that may be a name elsewhere. @param plain what a longer word is
 * @param name what stands for either
 */
export function keyword(text: string, plain: TokenType, name: TokenType): TokenType {
  return createToken({
    name: `Word_${text}`,
    label: `'${text}'`,
    pattern: text,
    longer_alt: plain,
    categories: [name],
  })
}

/** A word that is no name: `{`, `real-time`, `c++`. */
export function mark(text: string): TokenType {
  return createToken({ name: `Mark_${text}`, label: `'${text}'`, pattern: text })
}
