/** What actors are called at a hub, by numbers that the kernel holds for them. */
import { hostname } from 'node:os'
import { expect } from 'chai'
import { takeName, type WorkerName } from '../../../control/hub/actor/worker-name.js'
import { skip } from '../../skip.js'
import { uniqueApp } from '../../support/apps.js'

describe('the name of an actor at a hub', () => {
  const { platform } = process
  const taken: WorkerName[] = []
  const app = uniqueApp()
  const take = async (actor: string, instance = ''): Promise<string> => {
    const name = await takeName({ app, actor, id: '0123456789abcdef', instance })
    taken.push(name)
    return name.name
  }

  afterEach(() => {
    Object.defineProperty(process, 'platform', { value: platform })
    for (const name of taken.splice(0)) name.giveBack()
  })

  it('is of its app and host, and of an instance where it has one', async () => {
    expect(await take('Rig')).to.equal(`${app}.Rig@${hostname()}`)
    expect(await take('Rig', '7')).to.equal(`${app}.Rig.7@${hostname()}`)
    expect(await take('Mill')).to.equal(`${app}.Mill@${hostname()}`)
  })

  it('has the first number that is free, where others have it', async function () {
    if (platform !== 'linux') skip(this, 'numbers are held on Linux alone')
    const name = `${app}.Rig@${hostname()}`
    expect([await take('Rig'), await take('Rig'), await take('Rig')]).to.deep.equal([
      name,
      `${name}:2`,
      `${name}:3`,
    ])
    taken.splice(1, 1)[0]?.giveBack()
    expect(await take('Rig')).to.equal(`${name}:2`)
  })

  it('has the id of the actor where nobody holds numbers', async () => {
    Object.defineProperty(process, 'platform', { value: 'darwin' })
    expect(await take('Rig')).to.equal(`${app}.Rig@${hostname()}:0123456789abcdef`)
  })
})
