/** The example of the guide: what stands between the lines is what the guide shows. */
import { expect } from 'chai'
import { createTestNetwork } from 'quorate/testing'
import island, { Inverter } from '../../../fixtures/guide/island.js'
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

    const others = actors.filter((actor) => !leads(actor))
    actors.find(leads)?.kill()
    await network.until(() => others.every((actor) => isLed(actor, 2)) && others.some(leads))

    const [one, two] = others.map((actor) => actor.component(Inverter))
    expect(await network.settled(one?.island() ?? Promise.reject())).to.equal('yes')
    await network.until(() => one?.isOpen === true && two?.isOpen === true)
    await network.close()
  })
  // ──

  it('are what the guide shows', () => {
    const guide = readProjectFile('docs/guide.md')
    expect(guide).to.contain(readProjectFile('test/fixtures/guide/island.ts').trim())
    const [, shown = ''] = readProjectFile('test/unit/runtime/groups/guide.test.ts').split(/^ *\/\/ ──\n/m)
    expect(guide).to.contain(shown.replaceAll(/^ {2}/gm, '').trim())
  })
})
