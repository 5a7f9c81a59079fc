// What the package declares: every export of every entry of package.json, with its docstring, its
// declarations and its members, read from dist/**/*.d.ts by the compiler that wrote them.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { SyntaxKind } from 'typescript/unstable/ast'
import { API } from 'typescript/unstable/sync'

const OPTIONS = {
  module: 'NodeNext',
  moduleResolution: 'NodeNext',
  target: 'ES2022',
  lib: ['ES2023'],
  types: ['node'],
  strict: true,
  skipLibCheck: true,
  noEmit: true,
}
const KINDS = new Map([
  [SyntaxKind.ClassDeclaration, 'class'],
  [SyntaxKind.InterfaceDeclaration, 'interface'],
  [SyntaxKind.FunctionDeclaration, 'function'],
  [SyntaxKind.TypeAliasDeclaration, 'type'],
  [SyntaxKind.VariableDeclaration, 'constant'],
])
/** How the docstring begins of what is public for other folders only. */
const INTERNAL = /^The runtime's\b/

/** The entries of the package that hold declarations: `{ name, types }`, types relative to the root. */
export function entriesOf(root) {
  const { name, exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  return Object.entries(exports)
    .filter(([, target]) => typeof target === 'object')
    .map(([path, { types }]) => ({ name: path.replace(/^\./, name), types }))
}

/** Each entry with its exports, in the order of their names. */
export function declarationsOf(root) {
  const entries = entriesOf(root)
  const config = join(root, 'dist', 'tsconfig.api.json')
  const files = entries.map(({ types }) => join(root, types))
  // The settings are in memory only: the file is nobody else's.
  const settings = JSON.stringify({ compilerOptions: OPTIONS, files })
  const fs = {
    readFile: (path) => (path === config ? settings : undefined),
    fileExists: (path) => (path === config ? true : undefined),
  }
  const api = new API({ cwd: root, fs })
  try {
    const project = api.updateSnapshot({ openProjects: [config] }).getProject(config)
    return entries.map(({ name, types }) => ({ name, exports: exportsOf(project, join(root, types), root) }))
  } finally {
    api.close()
  }
}

function exportsOf({ checker, program }, file, root) {
  const source = program.getSourceFile(file)
  if (!source) throw new Error(`there is no ${file}: run \`npm run build\``)
  const module = checker.getSymbolAtLocation(source)
  const found = checker.getExportsOfModule(module).map((alias) => {
    const isAlias = alias.declarations[0]?.kind === SyntaxKind.ExportSpecifier
    const symbol = isAlias ? checker.getAliasedSymbol(alias) : alias
    return { name: alias.name, symbol, isTypeOnly: isAlias && isTypeOnly(alias.declarations[0].resolve()) }
  })
  const owners = new Map(found.map(({ name, symbol }) => [symbol.id, name]))
  return found.map((each) => describe(each, checker, owners, root)).sort((a, b) => (a.name < b.name ? -1 : 1))
}

function isTypeOnly(specifier) {
  return specifier.isTypeOnly || specifier.parent.parent.isTypeOnly
}

function describe({ name, symbol, isTypeOnly }, checker, owners, root) {
  const nodes = symbol.declarations.map((declaration) => declaration.resolve())
  const kind = KINDS.get(nodes[0].kind) ?? 'constant'
  const hasMembers = kind === 'class' || kind === 'interface'
  return {
    name,
    kind,
    isTypeOnly: isTypeOnly && kind === 'class',
    file: nodes[0].getSourceFile().fileName.slice(root.length + 1),
    ...(isHeader(nodes[0], root) ? { doc: '', tags: [] } : docOf(symbol, checker)),
    declarations: nodes.map((node) => (hasMembers ? headOf(node) : wholeOf(node, kind))),
    ...(hasMembers ? membersOf(symbol, nodes[0], isTypeOnly, checker, owners, root) : {}),
  }
}

/** The text of a docstring and its tags, each `{ name, text }`. */
function docOf(symbol, checker) {
  return { doc: symbol.getDocumentationComment(checker).trim(), tags: symbol.getJsDocTags(checker) }
}

const COMMENT = /^\/\*\*(?:(?!\*\/)[\s\S])*\*\//

/** The one comment before it is the header of its file; the compiler keeps that before some statements. */
function isHeader(node, root) {
  const { fileName, text } = node.getSourceFile()
  if (node.pos > 0) return false
  const [comment] = COMMENT.exec(text) ?? []
  if (!comment || text.slice(comment.length).trimStart().startsWith('/**')) return false
  const source = join(root, fileName.slice(join(root, 'dist').length).replace(/\.d\.ts$/, '.ts'))
  return readFileSync(source, 'utf8').startsWith(comment)
}

function textOf(node) {
  const { text } = node.getSourceFile()
  return text
    .slice(node.pos, node.end)
    .replace(/^(?:\s|\/\*[\s\S]*?\*\/|\/\/.*\n)*/, '')
    .replace(/^export /, '')
    .replace(/^declare /, '')
}

function headOf(node) {
  const { text } = node.getSourceFile()
  const whole = textOf(node)
  return whole.slice(0, whole.length - text.slice(node.members.pos, node.end).length).replace(/\s*\{\s*$/, '')
}

function wholeOf(node, kind) {
  return `${kind === 'constant' ? 'const ' : ''}${textOf(node)}`
}

/** Members of its own and of bases that are not exported; those of exported bases by name. */
function membersOf(symbol, node, isTypeOnly, checker, owners, root) {
  const members = isTypeOnly ? [] : constructorsOf(node)
  const inherited = new Map()
  const statics = node.kind === SyntaxKind.ClassDeclaration ? [...symbol.getExports().values()] : []
  const type = checker.getDeclaredTypeOfSymbol(symbol)
  for (const member of [...statics, ...checker.getPropertiesOfType(type)]) {
    const nodes = member.declarations.map((declaration) => declaration.resolve())
    const { doc, tags } = docOf(member, checker)
    if (!isShown(nodes, doc, isTypeOnly, root)) continue
    const parent = member.getParent()
    const owner = parent && parent.id !== symbol.id ? owners.get(parent.id) : undefined
    const signatures = nodes.map((each) => lineOf(each))
    if (owner) inherited.set(owner, [...(inherited.get(owner) ?? []), nameIn(member, signatures)])
    else members.push({ signatures, doc, tags })
  }
  return { members, inherited: [...inherited] }
}

function constructorsOf(node) {
  return node.members
    .filter(({ kind }) => kind === SyntaxKind.Constructor)
    .map((each) => ({ signatures: [lineOf(each)], doc: '', tags: [] }))
}

function isShown(nodes, doc, isTypeOnly, root) {
  const [node] = nodes
  if (!node?.getSourceFile().fileName.startsWith(join(root, 'dist'))) return false
  const line = lineOf(node)
  if (line.startsWith('#') || line.startsWith('private ') || INTERNAL.test(doc)) return false
  if (isTypeOnly && line.startsWith('protected ')) return false
  // Computed names other than those of the language are for other folders.
  return !/^(?:protected |static |readonly )*\[(?!Symbol\.)[A-Z]/.test(line)
}

function lineOf(node) {
  return textOf(node)
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/;$/, '')
    .replace(/\s+/g, ' ')
}

function nameIn(member, signatures) {
  return member.name.startsWith('__@') ? /\[[\w.]+\]/.exec(signatures[0])?.[0] : member.name
}
