/** The API reference: whole, documented, and what the declarations say now. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import {
  bareOf,
  type DeclaredEntry,
  declarationsOf,
  entriesOf,
  type Member,
} from '../tools/api/declarations.mjs'
import { fileOf, pagesOf } from '../tools/api/pages.mjs'
import { packageJson, projectFiles, projectRoot, readProjectFile } from './project.js'

const STALE = 'run `npm run docs:api` and look at what it changes'

describe('the API reference', () => {
  let declared: readonly DeclaredEntry[] = []
  before(() => {
    declared = declarationsOf(projectRoot)
  })

  it('has a page for each module of the package', () => {
    const modules = Object.keys(packageJson().exports).filter((path) => path !== './package.json')
    expect(entriesOf(projectRoot).map(({ name }) => name.replace(/^quorate/, '.'))).to.deep.equal(modules)
    const pages = declared.map(({ name }) => `docs/api/${fileOf(name)}`)
    expect(projectFiles('docs/api')).to.have.members(['docs/api/README.md', ...pages], STALE)
  })

  it('tells of every export', () => {
    for (const { name, exports } of declared) {
      expect(exports, name).not.to.have.length(0)
      const headings = readProjectFile(`docs/api/${fileOf(name)}`).match(/(?<=^### ).*$/gm)
      expect(headings, `${name}: ${STALE}`).to.have.members(exports.map((each) => each.name))
    }
  })

  it('finds a docstring at every export and at every member', () => {
    const members = declared.flatMap(({ exports }) => exports.flatMap((each) => each.members ?? []))
    expect(members).not.to.have.length(0)
    expect(bareOf(declared)).to.deep.equal([])
  })

  it('is what the declarations say now', () => {
    for (const [file, text] of pagesOf(declared)) {
      expect(readProjectFile(`docs/api/${file}`), `docs/api/${file}: ${STALE}`).to.equal(text)
    }
  })

  it('links only to headings that are there', () => {
    for (const { name } of declared) {
      const page = readProjectFile(`docs/api/${fileOf(name)}`)
      const anchors = new Map<string, number>()
      for (const [, heading = ''] of page.matchAll(/^#+ (.*)$/gm)) {
        const anchor = heading
          .toLowerCase()
          .replaceAll(' ', '-')
          .replaceAll(/[^\w-]/g, '')
        const times = anchors.get(anchor) ?? 0
        anchors.set(anchor, times + 1)
        if (times > 0) anchors.set(`${anchor}-${times}`, 1)
      }
      const links = [...page.matchAll(/\]\(#([^)]*)\)/g)].map(([, anchor]) => anchor)
      expect(
        links.filter((anchor = '') => !anchors.has(anchor)),
        name,
      ).to.deep.equal([])
    }
  })
})

describe('a member in the API reference', () => {
  const DECLARATIONS = `export {}
export type First = string
/** A shape. */
export interface Shape {
  /** Square metres. @throws RangeError for a shape without end. */
  area(): number
  /** Its name. */
  readonly name: string
}
/** A base. */
export declare abstract class Base<T> {
  /** How many were made. */
  static made: number
  /** The base's alone. */
  constructor(value: T)
  /** The nearer one. */
  readonly name: string
  /** Turns it. */
  turn(by: T): void
}
declare abstract class Between<T> extends Base<T> {
  turn(by: T): void
  /** Rolls. */
  roll(): void
}
/** A circle. */
export declare class Circle extends Between<number> implements Shape {
  static made: number
  constructor(value: number)
  area(): number
  readonly name = "circle"
  turn(by: number): void
  /** Its own. */
  readonly radius: number
  readonly bare: number
}
/** Round, or nearly so. */
export interface Round extends Omit<Shape, 'area'> {
  readonly name: 'round'
}
`
  let folder = ''
  let declared: readonly DeclaredEntry[] = []

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'quorate-api-'))
    mkdirSync(join(folder, 'dist'))
    const entry = { name: 'shapes', type: 'module', exports: { '.': { types: './dist/index.d.ts' } } }
    writeFileSync(join(folder, 'package.json'), JSON.stringify(entry))
    writeFileSync(join(folder, 'dist', 'index.d.ts'), DECLARATIONS)
    declared = declarationsOf(folder)
  })
  after(() => rmSync(folder, { recursive: true, force: true }))

  const membersOf = (owner: string): readonly Member[] =>
    declared[0]?.exports.find(({ name }) => name === owner)?.members ?? []
  const member = (owner: string, start: string): Member | undefined =>
    membersOf(owner).find(({ signatures }) => signatures[0]?.startsWith(start))

  it('has the text of what it overrides, at any distance, or implements, where it has none', () => {
    expect(member('Circle', 'turn')?.doc).to.equal('Turns it.')
    expect(member('Circle', 'static made')?.doc).to.equal('How many were made.')
    expect(member('Circle', 'area')?.doc).to.equal('Square metres.')
    expect(member('Round', 'readonly name')?.doc).to.equal('Its name.')
  })

  it('has the tags of that, too', () => {
    const text = 'RangeError for a shape without end.'
    expect(member('Circle', 'area')?.tags).to.deep.equal([{ name: 'throws', text }])
  })

  it('has the text of the base class, where an interface has one as well', () => {
    expect(member('Circle', 'readonly name')?.doc).to.equal('The nearer one.')
  })

  it('has none as a constructor without one, or where there is none', () => {
    expect(member('Base', 'constructor')?.doc).to.equal("The base's alone.")
    expect(bareOf(declared)).to.deep.equal([
      'shapes: Circle: constructor(value: number) (dist/index.d.ts)',
      'shapes: Circle: readonly bare: number (dist/index.d.ts)',
      'shapes: First (dist/index.d.ts)',
    ])
  })

  it('stands in the order of the class, before what that has of others', () => {
    const names = membersOf('Circle').map(
      ({ signatures }) => /\w+(?=[(:=]| =)/.exec(signatures[0] ?? '')?.[0],
    )
    expect(names).to.deep.equal(['constructor', 'made', 'area', 'name', 'turn', 'radius', 'bare', 'roll'])
  })
})
