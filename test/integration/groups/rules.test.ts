/** The rules of groups that rest on the host: seats that real processes hold, and the ends of those. */
import { expect } from 'chai'
import { createMemoryNetwork, memoryDiscovery } from '../../../discovery/index.js'
import { certify, holderOf, isSeatFree, type SeatName } from '../../../groups/host/index.js'
import { timings } from '../../../groups/index.js'
import { app } from '../../../runtime/index.js'
import { type ActorProcess, ActorProcesses } from '../../support/actor-process.js'
import { ActorsForTests } from '../../support/actors-for-tests.js'
import { uniqueApp } from '../../support/apps.js'
import { EventLog, until } from '../../support/events.js'
import { Cell, Cellist, cells } from '../../unit/runtime/groups/cell.js'
import { Holders } from './host/seat-holders.js'

const APP = 'test/fixtures/apps/cell.ts'

describe('the rules of groups, of actors in one process', function () {
  this.timeout(30_000)
  const actors = new ActorsForTests()

  it('G1.1 A process is electable only while it holds one of the 2q − 1 seats of its group.', async () => {
    const network = createMemoryNetwork()
    const own = app(uniqueApp(), { actors: cells.actors, groups: { Cell } })
    const seat = (number: number): SeatName => ({ app: own.name, group: 'Cell.north', seat: `${number}` })
    const holders = async (): Promise<unknown[]> => {
      const all = await Promise.all([0, 1, 2].map((number) => holderOf(seat(number))))
      return all.map((holder) => holder?.incarnation)
    }
    const made: Cellist[] = []
    const noted = Cellist.made((each) => made.push(each))
    const start = (name: string) =>
      actors.start(own, name, { discovery: memoryDiscovery(network), sink: new EventLog() })
    const first = await start('A')
    for (const name of ['B', 'C', 'D']) await start(name)
    noted()
    await until(() => made.every(({ in: { members, size } }) => members.length === 3 && size === 4))
    const [, , , late] = made.map(({ in: cell }) => cell)
    expect(late?.observers.map(({ id }) => id)).to.deep.equal([late?.id])
    expect(await holders()).to.have.members(late?.members.map(({ id }) => id) ?? [])
    expect(await isSeatFree(seat(3))).to.equal(true)
    await first.stop()
    await until(() => late?.members.some(({ isSelf }) => isSelf) === true && late.size === 3)
    expect(await holders()).to.have.members(late?.members.map(({ id }) => id) ?? [])
  })
})

describe('the rules of groups, of processes', function () {
  this.timeout(60_000)
  const processes = new ActorProcesses()
  const holders = new Holders()
  const never = new AbortController().signal
  afterEach(async () => {
    await processes.end()
    await holders.end()
  })

  const said = ({ log }: ActorProcess, text: string): boolean =>
    log.events.some(({ msg }) => String(msg).includes(text))
  const finds = (member: ActorProcess): boolean => said(member, 'all seats of Cell.north here are taken')
  const gets = (member: ActorProcess): boolean => said(member, 'a seat of Cell.north is free')
  const leads = (member: ActorProcess): boolean => said(member, 'I lead')

  /** So many members, of which three have seats. */
  async function start(number: number) {
    const env = `CELL_APP=${uniqueApp()}`
    const place = (...command: string[]): [string, string[]] => ['env', [env, ...command]]
    const all = await Promise.all(
      Array.from({ length: number }, () => processes.start(APP, ['Member'], place)),
    )
    await until(() => all.every((member) => leads(member) || said(member, 'is led')))
    await until(() => all.filter(finds).length === number - 3)
    return { seated: all.filter((member) => !finds(member)), observing: all.filter(finds) }
  }

  it('G2.1 Who finds its seat taken observes, until the holder is dead or has left.', async () => {
    const { seated, observing } = await start(5)
    const [killed, leaver] = seated
    if (!killed || !leaver) throw new Error('three have seats')
    expect(observing.filter((member) => gets(member) || leads(member))).to.deep.equal([])
    process.kill(killed.pid, 'SIGKILL')
    await until(() => observing.some(gets))
    expect(observing.filter(gets)).to.have.length(1)
    process.kill(leaver.pid, 'SIGTERM')
    await until(() => observing.every(gets))
  })

  it('G2.2 Who takes a seat over keeps a birth word from that moment.', async () => {
    const { seated, observing } = await start(4)
    const gone = [...seated].sort((a, b) => Number(leads(b)) - Number(leads(a))).slice(0, 2)
    const [next] = observing
    const heardBefore = next?.log.events.length ?? 0
    const killedAt = Date.now()
    for (const { pid } of gone) process.kill(pid, 'SIGKILL')
    const isElection = (): number | undefined => {
      const news = next?.log.events.slice(heardBefore) ?? []
      const elected = news.find(({ msg }) => msg === 'is led' || msg === 'I lead')
      return elected && Number(elected.t)
    }
    await until(() => isElection() !== undefined)
    // The one that is left needs its grant. It took its seat after the death, and its process is much older.
    expect((isElection() ?? 0) - killedAt).to.be.at.least(timings.lan.word)
  })

  it('G11.1 A certificate is for a process gone by its id and start, or whose seat is free.', async () => {
    const seat: SeatName = { app: uniqueApp(), group: 'Pair.one', seat: '0' }
    const { program, identity } = await holders.start(seat, 'own')
    const bySeat = { process: { ...identity, pidNamespace: 'pid:[0]' }, incarnation: 'own', seat }
    const byProcess = { process: identity, incarnation: 'own', seat: undefined }
    const reused = { ...byProcess, process: { ...identity, startTicks: identity.startTicks - 1 } }
    expect(await certify(byProcess, never)).to.equal('alive')
    expect(await certify(bySeat, never)).to.equal('alive')
    expect(await certify(reused, never), 'its id is that of a later one').to.equal('gone')
    program.pause()
    expect(await certify(byProcess, never), 'stopped').to.equal('alive')
    expect(await certify(bySeat, never), 'stopped').to.equal('unknown')
    await program.kill()
    expect(await certify(byProcess, never)).to.equal('gone')
    expect(await certify(bySeat, never)).to.equal('gone')
  })
})
