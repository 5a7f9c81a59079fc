// What the package declares: every export of every entry of package.json, with its docstring, its
// declarations and its members, read from dist/**/*.d.ts by the compiler that wrote them.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { SyntaxKind } from 'typescript/unstable/ast'
import { API } from 'typescript/unstable/sync'
import { basesOf, commentsBefore, docOfExport, docOfMember } from './docs.mjs'

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
const INTERNAL = /^The (?:runtime|kit)'s\b/

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

/** What has no text: exports, and members, each with the file that declares it. */
export function bareOf(entries) {
  return entries.flatMap(({ name: entry, exports }) =>
    exports.flatMap(({ name, doc, file, members = [] }) => {
      const bare = members
        .filter((member) => !member.doc)
        .map(({ signatures }) => `${name}: ${signatures[0]}`)
      return [...(doc ? [] : [name]), ...bare].map((what) => `${entry}: ${what} (${file})`)
    }),
  )
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
    ...docOfExport(symbol, nodes[0], checker, root),
    declarations: nodes.map((node) => (hasMembers ? headOf(node) : wholeOf(node, kind))),
    ...(hasMembers ? membersOf(symbol, nodes[0], isTypeOnly, checker, owners, root) : {}),
  }
}

function textOf(node) {
  const { text } = node.getSourceFile()
  return text
    .slice(node.pos + commentsBefore(node).length, node.end)
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
  const members = []
  const inherited = new Map()
  for (const { member, isStatic } of allMembersOf(symbol, node, isTypeOnly, checker)) {
    const nodes = member.declarations.map((declaration) => declaration.resolve())
    const { doc, tags } = docOfMember(member, isStatic, checker)
    if (!isShown(nodes, doc, isTypeOnly, root)) continue
    const parent = member.getParent()
    const owner = parent && parent.id !== symbol.id ? owners.get(parent.id) : undefined
    const signatures = nodes.map((each) => lineOf(each))
    if (owner) inherited.set(owner, [...(inherited.get(owner) ?? []), nameIn(member, signatures)])
    else members.push({ signatures, doc, tags })
  }
  return { members, inherited: [...inherited] }
}

/** Its own constructor, unless only the runtime calls it, what is static, and what it makes has. */
function allMembersOf(symbol, node, isTypeOnly, checker) {
  const isClass = node.kind === SyntaxKind.ClassDeclaration
  const makers = isClass && !isTypeOnly ? [...symbol.getMembers().values()].filter(isConstructor) : []
  const statics = isClass ? [...symbol.getExports().values()] : []
  const own = inOrder(symbol, node, checker)
  return [
    ...makers.map((member) => ({ member, isStatic: false })),
    ...statics.map((member) => ({ member, isStatic: true })),
    ...own.map((member) => ({ member, isStatic: false })),
  ]
}

/** Its own members, then those of its bases, the nearest first, and of each as they are written there. */
function inOrder(symbol, node, checker) {
  const ids = lineOfDescent(node, symbol, checker)
  const placed = checker.getPropertiesOfType(checker.getDeclaredTypeOfSymbol(symbol)).map((member) => {
    const [first] = member.declarations.map((declaration) => declaration.resolve())
    const distance = ids.indexOf(member.getParent()?.id)
    // Those of `Pick` and the like are of none of them, and come last.
    return { member, distance: distance < 0 ? ids.length : distance, pos: first?.pos ?? 0 }
  })
  return placed.sort((a, b) => a.distance - b.distance || a.pos - b.pos).map(({ member }) => member)
}

/** The ids of a class or interface and of its bases, the nearest first. */
function lineOfDescent(node, symbol, checker) {
  const bases = basesOf(node).flatMap((base) => {
    const of = checker.getTypeAtLocation(base)?.getSymbol()
    const [declaration] = of?.declarations ?? []
    return declaration ? lineOfDescent(declaration.resolve(), of, checker) : []
  })
  return [symbol.id, ...bases]
}

function isConstructor({ name }) {
  return name === '__constructor'
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
