/** The API reference: whole, documented, and what the declarations say now. */
import { expect } from 'chai'
import { type DeclaredEntry, declarationsOf, entriesOf } from '../tools/api/declarations.mjs'
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

  it('finds a docstring at every export', () => {
    const bare = declared.flatMap(({ exports }) => exports.filter(({ doc }) => doc === ''))
    expect(bare.map(({ name, file }) => `${name} (${file})`)).to.deep.equal([])
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
