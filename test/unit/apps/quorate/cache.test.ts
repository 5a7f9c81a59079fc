import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { cacheFolder, findCompiled, keepCompiled, requirePrivate } from '../../../../apps/quorate/cache.js'
import { commandLimits } from '../../../../apps/quorate/limits.js'
import { rejectionOf } from '../../../rejection.js'

const LATER = Number.POSITIVE_INFINITY

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
    const output = await keepCompiled(folder, 'key', 'code', [source], LATER)
    expect(await findCompiled(folder, 'key')).to.equal(output)
    writeFileSync(source, 'another')
    expect(await findCompiled(folder, 'key')).to.equal(undefined)
    await keepCompiled(folder, 'key', 'code', [source], LATER)
    rmSync(source)
    expect(await findCompiled(folder, 'key')).to.equal(undefined)
  })

  it('does not hold where a file was changed while it was compiled', async () => {
    const source = join(home, 'source.ts')
    const readMs = Date.now()
    writeFileSync(source, 'changed')
    const output = await keepCompiled(folder, 'key', 'code', [source], readMs)
    expect(readFileSync(output, 'utf8')).to.equal('code')
    expect(await findCompiled(folder, 'key')).to.equal(undefined)
  })

  it('makes room by removing what was used longest ago, and nothing that was used of late', async () => {
    const source = join(home, 'source.ts')
    writeFileSync(source, 'one')
    const { cachedFiles, cacheRestMs } = commandLimits
    const old = (ageMs: number): Date => new Date(Date.now() - cacheRestMs - ageMs)
    const kept = await keepCompiled(folder, 'used', 'used', [source], LATER)
    const others = Array.from({ length: cachedFiles }, (_, i) => join(folder, `${i}.mjs`))
    for (const [i, path] of others.entries()) {
      writeFileSync(path, '')
      utimesSync(path, old(i * 1000), old(i * 1000))
    }
    const veryOld = old(1e9)
    for (const path of [kept, join(folder, 'used.json')]) utimesSync(path, veryOld, veryOld)
    expect(await findCompiled(folder, 'used')).to.equal(kept)
    await keepCompiled(folder, 'new', 'new', [source], LATER)
    const left = readdirSync(folder)
    expect(left).to.have.length(cachedFiles)
    expect(left).to.include.members(['used.json', 'new.json', '0.mjs'])
    expect(left).not.to.include(`${cachedFiles - 1}.mjs`)
    expect(await findCompiled(folder, 'used')).to.equal(kept)
    // All of them in use: then there are more.
    const now = new Date()
    for (const name of left) utimesSync(join(folder, name), now, now)
    await keepCompiled(folder, 'newer', 'newer', [source], LATER)
    expect(readdirSync(folder)).to.have.length(cachedFiles + 2)
  })

  it('takes no manifest that is none', async () => {
    mkdirSync(folder)
    for (const text of ['', '[]', '{"output":"x"}', '{"output":"/","inputs":[{"path":1}]}']) {
      writeFileSync(join(folder, 'key.json'), text)
      expect(await findCompiled(folder, 'key')).to.equal(undefined)
    }
  })
})
