/** Processes that start at the same moment, in a folder without a key: all come up, with keys that fit. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { keyFolderAt, listKeys, readTrust } from '../../../ports/security/index.js'
import { Program } from '../../support/program.js'

const PROGRAM = new URL('./programs/key-starter.ts', import.meta.url)
const PROCESSES = 30

describe('keys of processes that start at the same time', function () {
  this.timeout(120_000)
  let root = ''
  const programs: Program[] = []

  before(() => {
    root = mkdtempSync(join(tmpdir(), 'quorate-starters-'))
  })

  after(async () => {
    await Promise.all(programs.map((program) => program.kill()))
    rmSync(root, { recursive: true, force: true })
  })

  it('are of one app key, and one for each actor', async () => {
    const folder = keyFolderAt(join(root, 'config', 'cell'))
    // Ten of each of three actors.
    const actors = Array.from({ length: PROCESSES }, (_, i) => `A${i % 3}`)
    programs.push(...actors.map((actor) => new Program(PROGRAM, [folder.path, actor])))
    for (const program of programs) expect(await program.hear()).to.equal('ready')
    for (const program of programs) program.say('go')
    const said = await Promise.all(programs.map((program) => program.hear()))
    expect(said.filter((text) => text.startsWith('failed'))).to.deep.equal([])
    expect(new Set(said.map((text) => text.split(' ')[0]))).to.have.property('size', 1)
    expect(new Set(said)).to.have.property('size', 3)
    const trust = await readTrust(folder)
    const { keys, flaws } = await listKeys(
      folder,
      trust ?? { anchors: [], revocations: undefined },
      Date.now(),
    )
    expect(flaws).to.deep.equal([])
    expect(keys.map(({ file, flaw }) => [file !== undefined, flaw])).to.deep.equal(
      Array.from({ length: 3 }, () => [true, undefined]),
    )
    const left = [...readdirSync(folder.path), ...readdirSync(folder.actors)].sort()
    expect(left).to.deep.equal(['A0.key', 'A1.key', 'A2.key', 'actors', 'anchors', 'app.key', 'issued'])
  })
  it('come up whoever of them is killed', async () => {
    const folder = keyFolderAt(join(root, 'killed', 'cell'))
    const start = async (count: number): Promise<Program[]> => {
      const some = Array.from({ length: count }, (_, i) => new Program(PROGRAM, [folder.path, `A${i % 2}`]))
      programs.push(...some)
      for (const program of some) await program.hear()
      for (const program of some) program.say('go')
      return some
    }
    const [first, second, ...others] = await start(8)
    if (!first || !second) throw new Error('no programs')
    // One while it may still be making what all need, one when somebody has it.
    await first.kill()
    const said = [await others[0]?.hear()]
    await second.kill()
    said.push(...(await Promise.all(others.slice(1).map((program) => program.hear()))))
    const [late] = await start(1)
    said.push(await late?.hear())
    expect(said.filter((text) => !text || text.startsWith('failed'))).to.deep.equal([])
    expect(new Set(said.map((text) => text?.split(' ')[0]))).to.have.property('size', 1)
    expect(new Set(said)).to.have.property('size', 2)
  })
})
