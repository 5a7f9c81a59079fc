import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { requireEmpty, writeFiles } from '../../../../../apps/quorate/new/write-files.js'
import { rejectionOf } from '../../../../rejection.js'

describe('writing files into a new folder', () => {
  let folder = ''

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'quorate-new-'))
  })

  afterEach(() => rmSync(folder, { recursive: true, force: true }))

  it('makes it, and the folders around it', async () => {
    const into = join(folder, 'a', 'b')
    await requireEmpty(into)
    await writeFiles(into, new Map([['c/d.txt', 'text']]))
    expect(readFileSync(join(into, 'c', 'd.txt'), 'utf8')).to.equal('text')
  })

  it('is for folders that are empty, but for .git', async () => {
    await requireEmpty(folder)
    mkdirSync(join(folder, '.git'))
    await requireEmpty(folder)
    writeFileSync(join(folder, '.hidden'), '')
    expect(String(await rejectionOf(requireEmpty(folder)))).to.match(/is not empty: there is \.hidden in it/)
    expect(String(await rejectionOf(requireEmpty(join(folder, '.hidden'))))).to.match(/is a file/)
  })

  it('leaves what is there as it was, and nothing of its own, where it cannot be done', async () => {
    writeFileSync(join(folder, 'b'), 'mine')
    const files = new Map([
      ['a', 'yours'],
      ['deep/er/c', 'yours'],
      ['b', 'yours'],
    ])
    expect(String(await rejectionOf(writeFiles(folder, files)))).to.match(/nothing can be written .*EEXIST/)
    expect(readdirSync(folder)).to.deep.equal(['b'])
    expect(readFileSync(join(folder, 'b'), 'utf8')).to.equal('mine')
    const fresh = join(folder, 'x', 'y')
    await rejectionOf(writeFiles(fresh, new Map(Object.entries({ a: '', 'a/b': '' }))))
    expect(existsSync(join(folder, 'x'))).to.equal(false)
  })
})
