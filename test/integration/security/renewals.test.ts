/** Keys that change under running actors: nobody is restarted, no message and no leader is lost. */
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import {
  issueKeys,
  keyFolderAt,
  listKeys,
  readTrust,
  revokeKeys,
  rotateKeys,
} from '../../../ports/security/index.js'
import { actor, app, Component, type Group, group, message } from '../../../runtime/index.js'
import { ActorsForTests } from '../../support/actors-for-tests.js'
import { EventLog } from '../../support/events.js'
import { eventually } from '../../support/eventually.js'

const Beat = message('Beat')
const Query = message('Query')
const Answer = message('Answer')
const Cell = group({ quorum: 2, using: Beat })

/** Those that run, by the name of their actor. */
const members = new Map<string, Member>()

class Member extends Component<{ name: string }> {
  readonly out = this.pub(Beat)
  readonly in = this.sub(Beat, (value, from) => void this.heard.push([from.actor, Number(value)]))
  readonly ask = this.qry(Query, Answer, undefined, { timeout: 20_000 })
  readonly answer = this.ans(Query, Answer, (value, reply) => reply(value))
  readonly tick = this.timer(5, () => this.out.send(this.sent++))
  readonly heard: [actor: string, n: number][] = []
  sent = 0
  cell?: Group

  /** What the group decided, as all its members hear it. */
  readonly ordered: string[] = []
  /** Changes of who leads, and of who takes part, that it was told of. */
  changes = 0

  override async onActivate() {
    members.set(this.params.name, this)
    this.cell = await this.joinGroup(Cell, 'north')
  }

  override onOrderedMessage(_: unknown, said: unknown) {
    this.ordered.push(String(said))
  }

  override onLeaderElected() {
    this.changes++
  }

  override onMemberLeft() {
    this.changes++
  }

  /** What came from one, in order. */
  from(name: string): number[] {
    return this.heard.flatMap(([by, n]) => (by === name ? [n] : []))
  }
}

const one = (name: string) => actor({ components: () => ({ it: [Member, { name }] }) })
const NAMES = ['A', 'B', 'C', 'D']
const cells = app('renewals', {
  actors: Object.fromEntries(NAMES.map((name) => [name, one(name)])),
  groups: { Cell },
})

describe('keys that change while actors run', function () {
  this.timeout(120_000)
  const actors = new ActorsForTests()
  const log = new EventLog()
  let folder = ''

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'quorate-keys-'))
    members.clear()
    known.length = 0
  })
  afterEach(() => rm(folder, { recursive: true }))

  const known: string[] = []
  async function running(names: readonly string[], keys = folder): Promise<void> {
    for (const name of names) {
      const discovery = `static:${known.join(',')}`
      const started = await actors.start(cells, name, { keys, discovery, sink: log })
      known.push(started.directory)
    }
  }
  const all = (): Member[] => [...members.values()]
  const endpoints = (): string[] => all().map(({ out }) => out.endpoint)
  const areWhole = (count: number): boolean =>
    all().length === count &&
    all().every(
      ({ in: sub, ask, cell }) => sub.connected === count && ask.connected === count && cell?.size === count,
    )

  it('are in force soon; nobody is cut, no message is lost, and the leader stays', async () => {
    const names = ['A', 'B', 'C']
    await running(names)
    await eventually(
      () => areWhole(3) && all().some(({ cell }) => cell?.isLeader),
      'three, and a leader',
      20_000,
    )
    const leader = all().find(({ cell }) => cell?.isLeader)
    const token = leader?.cell?.token
    const trust = (await readTrust(keyFolderAt(folder))) ?? expect.fail('no trust')
    const { keys: former } = await listKeys(keyFolderAt(folder), trust, Date.now())
    const events = log.events.length
    const changes = all().map((each) => each.changes)
    const answers: Promise<unknown>[] = []
    const decided: Promise<void>[] = []
    let said = 0
    const asking = setInterval(() => {
      for (const { ask } of all()) answers.push(ask.ask('x'))
      for (const { cell } of all()) if (cell) decided.push(cell.sendOrdered(String(said++)))
    }, 20)
    let before = endpoints()
    const left = [...before]
    const areElsewhere = (): boolean => endpoints().every((each, at) => each !== before[at])
    await rotateKeys(keyFolderAt(folder), 'renewals', [], Date.now())
    await eventually(areElsewhere, 'all listen with their new keys', 20_000)
    before = endpoints()
    left.push(...before)
    await revokeKeys(
      keyFolderAt(folder),
      'renewals',
      former.map(({ serial }) => serial),
      Date.now(),
    )
    await eventually(areElsewhere, 'all listen anew, without the old ones', 20_000)
    await Promise.all(left.map(isLeft))
    clearInterval(asking)
    const sofar = all().map(({ sent }) => sent)
    const areHeard = (): boolean =>
      all().every((each) => names.every((name, at) => (each.from(name).at(-1) ?? 0) > (sofar[at] ?? 0)))
    await eventually(areHeard, 'messages of all at all', 20_000)
    for (const each of all()) {
      expect(each.in.stats.missed, 'missed').to.equal(0)
      for (const name of names) {
        const numbers = each.from(name)
        expect(numbers).to.deep.equal(numbers.map((_, at) => (numbers[0] ?? 0) + at))
      }
    }
    expect(new Set(await Promise.all(answers))).to.deep.equal(new Set(['x']))
    expect(leader?.cell?.token).to.deep.equal(token)
    await Promise.all(decided)
    await eventually(() => all().every(({ ordered }) => ordered.length === said), 'all that was decided')
    const [first, ...others] = all().map(({ ordered }) => ordered)
    for (const each of others) expect(each).to.deep.equal(first)
    expect(new Set(first).size).to.equal(said)
    expect(all().map((each) => each.changes)).to.deep.equal(changes)
    const told = log.events.slice(events).map(({ event }) => event)
    expect(told).not.to.include('disconnected')
  })

  it('are in force soon: who is revoked is cut, and gets in no more', async () => {
    await running(['A', 'B'])
    const apart = await mkdtemp(join(tmpdir(), 'quorate-keys-'))
    await eventually(() => areWhole(2), 'two', 20_000)
    await issueKeys(keyFolderAt(folder), {
      ...{ app: 'renewals', actors: ['D'], role: 'actor', nowMs: Date.now() },
    })
    await cp(folder, apart, { recursive: true })
    // Else it made itself another.
    await rm(join(apart, 'app.key'))
    await running(['D'], apart)
    const intruder = members.get('D') ?? expect.fail('it runs')
    await eventually(
      () => intruder.in.connected === 3 && all().every(({ in: sub }) => sub.connected === 3),
      'three',
      20_000,
    )
    await revokeKeys(keyFolderAt(folder), 'renewals', ['D'], Date.now())
    const [a, b] = ['A', 'B'].map((name) => members.get(name) ?? expect.fail(name))
    await eventually(() => a?.in.connected === 2 && b?.in.connected === 2, 'it is no peer', 20_000)
    // It may hear of the list itself; then it does not even believe itself.
    const heardOfOthers = (): number => intruder.heard.filter(([by]) => by !== 'D').length
    let at = { heard: -1, sent: 0 }
    const isCut = (): boolean => {
      const now = heardOfOthers()
      if (at.heard !== now) at = { heard: now, sent: a?.sent ?? 0 }
      return (a?.sent ?? 0) > at.sent + 200
    }
    await eventually(isCut, 'it is cut', 20_000)
    const heard = heardOfOthers()
    const sofar = a?.sent ?? 0
    await eventually(() => (a?.sent ?? 0) > sofar + 400, 'time in which it tries again')
    expect(heardOfOthers()).to.equal(heard)
    expect([a?.in.stats.missed, b?.in.stats.missed]).to.deep.equal([0, 0])
    await rm(apart, { recursive: true })
  })

  it('are as before where the folder cannot be read, which is told; and others once it can', async () => {
    await running(['A', 'B'])
    await eventually(() => areWhole(2), 'two', 20_000)
    const before = endpoints()
    const { anchors } = keyFolderAt(folder)
    const good = await readFile(anchors, 'utf8')
    await writeFile(anchors, 'nothing of the kind\n')
    const isTold = (): boolean => {
      const told = log.events.filter(({ msg }) =>
        String(msg).startsWith('it goes on with the keys that it had'),
      )
      return new Set(told.map(({ actor }) => actor)).size === 2
    }
    await eventually(isTold, 'both tell of it', 20_000)
    const sofar = all().map(({ sent }) => sent)
    const areHeard = (): boolean =>
      all().every((each) => ['A', 'B'].every((name, at) => (each.from(name).at(-1) ?? 0) > (sofar[at] ?? 0)))
    await eventually(areHeard, 'messages of both at both', 20_000)
    expect(endpoints()).to.deep.equal(before)
    expect(areWhole(2)).to.equal(true)
    await writeFile(anchors, good)
    await rotateKeys(keyFolderAt(folder), 'renewals', [], Date.now())
    await eventually(() => endpoints().every((each, at) => each !== before[at]), 'other keys', 20_000)
    await eventually(() => areWhole(2), 'two yet', 20_000)
  })
})

/** Resolves when nobody listens there any more. */
async function isLeft(endpoint: string): Promise<void> {
  const port = Number(endpoint.split(':').at(-1))
  for (;;) {
    const refused = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1')
      socket.on('connect', () => resolve(false)).on('error', () => resolve(true))
      socket.on('connect', () => socket.destroy())
    })
    if (refused) return
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}
