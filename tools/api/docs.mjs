// The text of a declaration: its docstring, or else the one of the member of a base class or interface
// that it overrides or implements. The nearest wins: what is extended, then what is implemented, of each
// class in turn. A constructor inherits none.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { SyntaxKind } from 'typescript/unstable/ast'

const NONE = { doc: '', tags: [] }
const HEADER = /^\/\*\*(?:(?!\*\/)[\s\S])*\*\//
const BEFORE = /^(?:\s|\/\*[\s\S]*?\*\/|\/\/.*\n)*/

/** The text and the tags, each `{ name, text }`, of an export. */
export function docOfExport(symbol, node, checker, root) {
  return isHeader(node, root) ? NONE : docOf(symbol, checker)
}

/** The same of a member. @param isStatic of the class itself, not of what it makes */
export function docOfMember(member, isStatic, checker) {
  const nodes = (member.declarations ?? []).map((declaration) => declaration.resolve())
  // The compiler inherits some texts itself, but neither their tags nor those of interfaces.
  if (nodes.some((node) => hasComment(node))) return docOf(member, checker)
  for (const node of nodes) {
    for (const base of basesOf(node.parent)) {
      const overridden = memberOf(base, member.name, isStatic, checker)
      const inherited = overridden ? docOfMember(overridden, isStatic, checker) : NONE
      if (inherited.doc) return inherited
    }
  }
  return NONE
}

function docOf(symbol, checker) {
  return { doc: symbol.getDocumentationComment(checker).trim(), tags: symbol.getJsDocTags(checker) }
}

/** What a class or interface extends, then what it implements: as it is written there. */
export function basesOf({ heritageClauses }) {
  const clauses = [...(heritageClauses ?? [])]
  const ofKind = (kind) => clauses.filter(({ token }) => token === kind).flatMap(({ types }) => [...types])
  return [...ofKind(SyntaxKind.ExtendsKeyword), ...ofKind(SyntaxKind.ImplementsKeyword)]
}

function memberOf(base, name, isStatic, checker) {
  const type = checker.getTypeAtLocation(isStatic ? base.expression : base)
  return type && checker.getPropertiesOfType(type).find((each) => each.name === name)
}

function hasComment(node) {
  return commentsBefore(node).includes('/**')
}

/** White space and comments before a declaration. */
export function commentsBefore(node) {
  return BEFORE.exec(node.getSourceFile().text.slice(node.pos, node.end))[0]
}

/** The one comment before it is the header of its file; the compiler keeps that before some statements. */
function isHeader(node, root) {
  const { fileName, text } = node.getSourceFile()
  if (node.pos > 0) return false
  const [comment] = HEADER.exec(text) ?? []
  if (!comment || text.slice(comment.length).trimStart().startsWith('/**')) return false
  const source = join(root, fileName.slice(join(root, 'dist').length).replace(/\.d\.ts$/, '.ts'))
  return readFileSync(source, 'utf8').startsWith(comment)
}
