/** docs/riaps.md says that each of its rows is a test here: so it is. */
import { basename } from 'node:path'
import { expect } from 'chai'
import { projectFiles, readProjectFile } from '../../project.js'

const TESTS = /^test\/integration\/rows\/.*\.test\.ts$/
const TITLE = /\b(?:it|describe)\((['`])(.+?)\1/g

describe('what is told to those who come from RIAPS', () => {
  const [here = '', leftOut = ''] = readProjectFile('docs/riaps.md').split('## Left out')
  const files = projectFiles('test').filter((path) => TESTS.test(path))
  const titles = files.flatMap((path) => [
    basename(path, '.test.ts'),
    ...[...readProjectFile(path).matchAll(TITLE)].map(([, , title = '']) => title),
  ])

  it('is of each row that a test shows', () => {
    const names = namesOf(here)
    expect(names).to.have.length.above(40)
    expect(names.filter((name) => !titles.some((title) => saying(name).test(title)))).to.deep.equal([])
  })

  it('leaves nothing out that a test shows', () => {
    const names = namesOf(leftOut)
    expect(names).to.have.length.above(8)
    expect(names.filter((name) => titles.some((title) => saying(name).test(title)))).to.deep.equal([])
  })
})

/** What each row begins with: its first code, without arguments, or its words up to one of , : and `. */
function namesOf(page: string): string[] {
  const rows = page.split('\n').filter((line) => line.startsWith('| ') && !/^\| (?:RIAPS|---)/.test(line))
  return rows.map((row) => /^\| `([^`(]+)/.exec(row)?.[1] ?? /^\| ([^|,:`]+)/.exec(row)?.[1]?.trim() ?? row)
}

/** A title that has the name as words of its own. */
function saying(name: string): RegExp {
  return new RegExp(`(?<!\\w)${name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}(?!\\w)`)
}
