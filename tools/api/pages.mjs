// The pages of docs/api/, from what the package declares: one for each entry of package.json, and an
// index. The same declarations give the same bytes.

const GROUPS = [
  ['function', 'Functions'],
  ['class', 'Classes'],
  ['interface', 'Interfaces'],
  ['type', 'Types'],
  ['constant', 'Constants'],
]
const NOTE = '<!-- Made by `npm run docs:api` from the declarations and their docstrings: edit those. -->'

/** Text by file name, of all pages. @param entries what declarationsOf() gives */
export function pagesOf(entries) {
  const pages = new Map([['README.md', indexOf(entries)]])
  for (const entry of entries) pages.set(fileOf(entry.name), pageOf(entry))
  return pages
}

/** `quorate/testing` is on the page `quorate-testing.md`. */
export function fileOf(name) {
  return `${name.replaceAll('/', '-')}.md`
}

function indexOf(entries) {
  const rows = entries.map(({ name, exports }) => `| [\`${name}\`](${fileOf(name)}) | ${exports.length} |`)
  return [
    '# API reference',
    NOTE,
    'What each module of the package exports. How it is used, the [guide](../guide.md) tells.',
    ['| module | exports |', '| --- | --- |', ...rows].join('\n'),
    '',
  ]
    .join('\n\n')
    .trimEnd()
    .concat('\n')
}

function pageOf({ name, exports }) {
  const links = new Map(exports.map((each, index) => [each.name, anchorOf(exports, index)]))
  const groups = GROUPS.map(([kind, title]) => [title, exports.filter((each) => each.kind === kind)])
  const present = groups.filter(([, all]) => all.length > 0)
  const contents = present.map(
    ([title, all]) => `**${title}**: ${all.map((each) => link(each.name, links)).join(' · ')}`,
  )
  const sections = present.flatMap(([title, all]) => [
    `## ${title}`,
    ...all.flatMap((each) => section(each, links)),
  ])
  const top = [`# ${name}`, NOTE, fenced(`import { … } from '${name}'`)]
  return `${[...top, ...contents, ...sections].join('\n\n')}\n`
}

/** As GitHub makes them: of headings that differ in case only, later ones get a number. */
function anchorOf(exports, index) {
  const order = GROUPS.map(([kind]) => kind)
  const rank = (each) => [order.indexOf(each.kind), each.name]
  const own = exports[index]
  const before = exports.filter((each) => {
    if (each === own || each.name.toLowerCase() !== own.name.toLowerCase()) return false
    const [[group, name], [ownGroup, ownName]] = [rank(each), rank(own)]
    return group < ownGroup || (group === ownGroup && name < ownName)
  })
  const anchor = own.name.toLowerCase()
  return before.length === 0 ? anchor : `${anchor}-${before.length}`
}

function link(name, links) {
  return `[${name}](#${links.get(name)})`
}

function fenced(code) {
  return `\`\`\`ts\n${code}\n\`\`\``
}

function section(each, links) {
  const { name, declarations, doc, tags, members = [], inherited = [], isTypeOnly } = each
  const parts = [`### ${name}`, fenced(declarations.join('\n')), ...texts(doc, tags)]
  if (isTypeOnly) parts.push('Exported as a type: the runtime makes them.')
  if (members.length > 0) parts.push(members.map(bullet).join('\n'))
  for (const [owner, names] of inherited) {
    parts.push(`From ${link(owner, links)}: ${names.map((each) => `\`${each}\``).join(', ')}.`)
  }
  const mentioned = mentions(each, links)
  if (mentioned.length > 0) parts.push(`See ${mentioned.map((other) => link(other, links)).join(', ')}.`)
  return parts
}

function texts(doc, tags) {
  return [...(doc ? [doc] : []), ...tags.map(tagText)]
}

function tagText({ name, text = '' }) {
  const said = text.trim().replace(/\s*\n\s*/g, ' ')
  if (name === 'example') return `Example: \`${said}\``
  if (name === 'param') return said.replace(/^(\S+)\s+(?:-\s+)?/, 'Parameter `$1`: ')
  const title = `${name[0].toUpperCase()}${name.slice(1)}`
  return `${title}: ${said}`
}

/** A member: its signatures as code, and what is said of it, within the bullet. */
function bullet({ signatures, doc, tags }) {
  const lines = signatures.map((signature) => `\`${signature}\``).join('<br>\n')
  const said = texts(doc, tags).join('\n\n')
  return indented(`- ${lines}${said ? `\n\n${said}` : ''}`)
}

function indented(text) {
  return text
    .split('\n')
    .map((line, index) => (index === 0 || line === '' ? line : `  ${line}`))
    .join('\n')
}

/** Other exports of the page that the declarations name. */
function mentions({ name, declarations, members = [], inherited = [] }, links) {
  const code = [...declarations, ...members.flatMap(({ signatures }) => signatures)].join('\n')
  const words = new Set(code.replace(/'[^']*'/g, '').match(/[A-Za-z_$][\w$]*/g))
  const told = new Set([name, ...inherited.map(([owner]) => owner)])
  // Words in small letters are names of parameters and fields as often.
  return [...links.keys()].filter((other) => /^[A-Z]/.test(other) && words.has(other) && !told.has(other))
}
