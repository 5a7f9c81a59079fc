/** The examples of guide and README: what stands between the lines is what the guide shows. */
// ──
import { expect } from 'chai'
import { createTestNetwork } from 'quorate/testing'
import island, { Inverter } from '../../../fixtures/guide/island.js'
// ──
import lamps from '../../../fixtures/guide/lamps.js'
import { readProjectFile } from '../../../project.js'

describe('the groups of the guide', () => {
  // ──
  it('go into island mode together, though the coordinator dies', async () => {
    const network = createTestNetwork()
    const start = (name: string) => network.start(island, name)
    const actors = [await start('East'), await start('West'), await start('South')]
    const isLed = (actor: (typeof actors)[0], size: number) => {
      const { cell } = actor.component(Inverter)
      return cell?.hasLeader && cell.size === size
    }
    const leads = (actor: (typeof actors)[0]) => actor.component(Inverter).cell?.isLeader
    await network.until(() => actors.every((actor) => isLed(actor, 3)) && actors.some(leads))
    await network.advance('1s')

    const others = actors.filter((actor) => !leads(actor))
    actors.find(leads)?.kill()
    await network.until(() => others.every((actor) => isLed(actor, 2)) && others.some(leads))

    const [one, two] = others.map((actor) => actor.component(Inverter))
    expect(await network.settled(one?.island() ?? Promise.reject())).to.equal('yes')
    await network.until(() => one?.isOpen === true && two?.isOpen === true)
    await network.close()
  })
  // ──

  it('vote by themselves, where the app runs as it is', async () => {
    const network = createTestNetwork()
    const start = (name: string) => network.start(island, name)
    const actors = [await start('East'), await start('West'), await start('South')]
    await network.until(() => actors.every(({ log }) => log.includes('my breaker is open')), '10s')
    expect(actors.filter(({ log }) => log.includes('I coordinate'))).to.have.length(1)
    expect(actors.map(({ log }) => log.includes('open? yes'))).to.deep.equal([true, true, true])
    await network.close()
  })

  it('are what the guide shows', () => {
    const guide = readProjectFile('docs/guide.md')
    expect(guide).to.contain(readProjectFile('test/fixtures/guide/island.ts').trim())
    const [, imports = '', , test = ''] = readProjectFile('test/unit/runtime/groups/guide.test.ts').split(
      /^ *\/\/ ──\n/m,
    )
    const shown = imports.replace('../../../fixtures/guide/', './')
    expect(guide).to.contain(`${shown}\n${test.replaceAll(/^ {2}/gm, '').trim()}`)
  })
})

describe('the group of the README', () => {
  it('blinks at one moment, whoever is killed', async () => {
    const network = createTestNetwork()
    const start = (name: string) => network.start(lamps, name)
    const actors = [await start('Red'), await start('Green'), await start('Blue')]
    const blinks = (log: readonly string[]): number =>
      log.filter((text) => /^blink, 0\.\d\d ms/.test(text)).length
    await network.until(() => actors.every(({ log }) => blinks(log) === 1), '20s')
    actors.pop()?.kill()
    await network.until(() => actors.every(({ log }) => blinks(log) === 3), '30s')
    await network.close()
  })

  it('is what the README shows', () => {
    expect(readProjectFile('README.md')).to.contain(readProjectFile('test/fixtures/guide/lamps.ts').trim())
  })
})
