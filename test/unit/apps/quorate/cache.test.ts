import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { cacheFolder, findCompiled, keepCompiled, requirePrivate } from '../../../../apps/quorate/cache.js'
import { rejectionOf } from '../../../rejection.js'

describe('the cache of compiled apps', () => {
  let home: string
  let folder: string
  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'quorate-cache-'))
    folder = join(home, 'quorate')
  })
  afterEach(() => rmSync(home, { recursive: true }))

  it('is where the environment says, unless that is no place of its own', () => {
    expect(cacheFolder({ XDG_CACHE_HOME: '/elsewhere' })).to.equal('/elsewhere/quorate')
    const usual = join(homedir(), '.cache', 'quorate')
    for (const named of [undefined, '', 'here', './here']) {
      expect(cacheFolder(named === undefined ? {} : { XDG_CACHE_HOME: named })).to.equal(usual)
    }
  })

  it('is not used where others can write, since what is in it is run', async () => {
    await requirePrivate(folder)
    mkdirSync(folder, { mode: 0o700 })
    await requirePrivate(folder)
    for (const mode of [0o720, 0o702, 0o777]) {
      chmodSync(folder, mode)
      const error = await rejectionOf(requirePrivate(folder))
      expect(error.message).to.match(/can be written by others.*XDG_CACHE_HOME/)
    }
  })

  it('holds for as long as every file that went into it is as it was', async () => {
    const source = join(home, 'source.ts')
    writeFileSync(source, 'one')
    const output = await keepCompiled(folder, 'key', 'code', [source])
    expect(await findCompiled(folder, 'key')).to.equal(output)
    writeFileSync(source, 'another')
    expect(await findCompiled(folder, 'key')).to.equal(undefined)
    await keepCompiled(folder, 'key', 'code', [source])
    rmSync(source)
    expect(await findCompiled(folder, 'key')).to.equal(undefined)
  })
})
