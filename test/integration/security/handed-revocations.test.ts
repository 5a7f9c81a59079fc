/**
 * What an app has taken back, and what has ended, on several hosts: each is a key folder here, and nobody
 * copies anything between them.
 */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import type { Subscriber } from 'zeromq'
import {
  carryKeys,
  ensureKeys,
  importKeys,
  type KeyFolder,
  keyFolderAt,
  loadIdentity,
  readTrust,
  revokeKeys,
} from '../../../ports/security/index.js'
import { actor, app, Component, message } from '../../../runtime/index.js'
import { type Line, RawSockets } from '../../security/raw-sockets.js'
import { ActorsForTests } from '../../support/actors-for-tests.js'
import { uniqueApp } from '../../support/apps.js'
import { EventLog } from '../../support/events.js'
import { eventually } from '../../support/eventually.js'

const Beat = message('Beat')
const PATIENCE_MS = 30_000
const DAY_MS = 86_400_000
/** For how long a key is valid yet that is to end in a test: an actor has to start in this time. */
const SOON_MS = 20_000

/** Those that run, by the name of their actor. */
const members = new Map<string, Member>()

class Member extends Component<{ name: string }> {
  readonly out = this.pub(Beat)
  readonly in = this.sub(Beat, (value, from) => void this.heard.push([from.actor, Number(value)]))
  readonly tick = this.timer(5, () => this.out.send(this.sent++))
  readonly heard: [actor: string, n: number][] = []
  sent = 0

  override onActivate() {
    members.set(this.params.name, this)
  }

  /** What came from one, in order. */
  from(name: string): number[] {
    return this.heard.flatMap(([by, n]) => (by === name ? [n] : []))
  }
}

const one = (name: string) => actor({ components: () => ({ it: [Member, { name }] }) })
const NAMES = ['A', 'B', 'C', 'Thief']
const name = uniqueApp()
const cells = app(name, { actors: Object.fromEntries(NAMES.map((each) => [each, one(each)])) })

describe('keys of several hosts', function () {
  this.timeout(150_000)
  const actors = new ActorsForTests()
  const log = new EventLog()
  const known: string[] = []
  const raw = new RawSockets()
  let root = ''
  let home: KeyFolder

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'quorate-keys-'))
    home = keyFolderAt(join(root, 'home'))
    await ensureKeys(home, name)
    members.clear()
    known.length = 0
    log.events.length = 0
  })
  afterEach(async () => {
    raw.close()
    await rm(root, { recursive: true })
  })

  /** A host that has a key for this actor of the app key at home, and no app key. */
  async function hostOf(actorName: string, nowMs = Date.now(), days?: number): Promise<KeyFolder> {
    const folder = keyFolderAt(join(root, `host of ${actorName}`))
    const wanted = { app: name, actors: [actorName], role: 'actor', days, nowMs } as const
    const bundle = await carryKeys(home, wanted, join(root, `${actorName}.keys`))
    await importKeys(folder, bundle, nowMs)
    return folder
  }

  async function running(actorName: string, { path: keys } = home): Promise<Member> {
    const discovery = `static:${known.join(',')}`
    const started = await actors.start(cells, actorName, { keys, discovery, sink: log })
    known.push(started.directory)
    return members.get(actorName) ?? expect.fail(actorName)
  }

  function areConnected(count: number, ...them: Member[]): Promise<void> {
    const are = (): boolean => them.every(({ in: sub }) => sub.connected === count)
    return eventually(are, `${count} publishers at each of ${them.length}`, PATIENCE_MS)
  }

  /** Connects with the key that a host has for an actor, and heeds no list and no end. */
  async function stubborn(actorName: string, folder: KeyFolder, at: Member): Promise<Line<Subscriber>> {
    const { curve } = await loadIdentity(folder, name, actorName)
    const server = await loadIdentity(home, name, at.params.name)
    const line = raw.subscriber({
      curveServerKey: server.curve.publicKey,
      curvePublicKey: curve.publicKey,
      curveSecretKey: curve.secretKey,
    })
    line.socket.connect(at.out.endpoint)
    expect(await line.tried()).to.equal('admitted')
    return line
  }

  /** Resolves when it is cut, and was not let in again. */
  async function isShutOut(line: Line<Subscriber>, { out }: Member): Promise<void> {
    await eventually(() => line.ended > 0, 'it is cut', PATIENCE_MS)
    const attempts = line.ended
    line.socket.connect(out.endpoint)
    await eventually(() => line.ended > attempts, 'it has tried again', PATIENCE_MS)
    expect(line.admitted).to.equal(1)
  }

  /** Resolves when each has heard what each says from now on. */
  async function areHeard(...them: Member[]): Promise<void> {
    const sofar = new Map(them.map((each) => [each.params.name, each.sent]))
    const hear = (each: Member): boolean =>
      [...sofar].every(([by, sent]) => (each.from(by).at(-1) ?? 0) > sent)
    await eventually(() => them.every(hear), 'all hear all', PATIENCE_MS)
  }

  function expectNothingLost(...them: Member[]): void {
    for (const each of them) {
      for (const by of them) {
        const numbers = each.from(by.params.name)
        expect(numbers).to.deep.equal(numbers.map((_, at) => (numbers[0] ?? 0) + at))
      }
    }
  }

  /** Resolves when a count has stood still for as long as a publisher took for many messages. */
  function isCut(count: () => number, sent: () => number): Promise<void> {
    let at = { count: -1, sent: 0 }
    const isStill = (): boolean => {
      if (at.count !== count()) at = { count: count(), sent: sent() }
      return sent() > at.sent + 200
    }
    return eventually(isStill, 'it is cut', PATIENCE_MS)
  }

  async function listIn(folder: KeyFolder): Promise<string> {
    return readFile(folder.revoked, 'utf8').catch(() => 'none')
  }

  /** Resolves when the folder has this list. */
  async function has(folder: KeyFolder, list: string): Promise<void> {
    const untilMs = performance.now() + PATIENCE_MS
    while ((await listIn(folder)) !== list) {
      if (performance.now() > untilMs) expect.fail(`${folder.path} never had that list`)
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  }

  const saying = (text: string, of: string): number =>
    log.events.filter(({ actor: by, msg }) => by === of && String(msg).includes(text)).length

  it('are taken back on all of them though one alone is told, and stay so', async () => {
    const away = await hostOf('C')
    const lair = await hostOf('Thief')
    const [a, c] = [await running('A'), await running('C', away)]
    const thief = await running('Thief', lair)
    await areConnected(3, a, c, thief)
    const line = await stubborn('Thief', lair, a)
    await revokeKeys(home, name, ['Thief'], Date.now())
    await areConnected(2, a, c)
    await has(away, await listIn(home))
    const heard = (): number => thief.from('A').length + thief.from('C').length
    await isCut(heard, () => a.sent)
    await isShutOut(line, a)
    const before = heard()
    await areHeard(a, c)
    expectNothingLost(a, c)
    expect(saying('came from a peer, and is in force', 'C')).to.equal(1)
    expect(saying('came from a peer, and is in force', 'A')).to.equal(0)
    // One that starts without a list hears of it, and its host has it again.
    await rm(home.revoked)
    const b = await running('B')
    await areConnected(3, a, b, c)
    await areHeard(a, b, c)
    await has(home, await listIn(away))
    expect(heard()).to.equal(before)
  })

  it('stay taken back where the list is replaced by an older one, or removed; it is put back', async () => {
    const away = await hostOf('C')
    const a = await running('A')
    const forget: string[] = []
    for (const each of ['Former', 'Thief']) {
      const before = a.out.endpoint
      await hostOf(each)
      await revokeKeys(home, name, [each], Date.now())
      forget.push(await listIn(home))
      await eventually(() => a.out.endpoint !== before, 'the list is in force', PATIENCE_MS)
    }
    const [older = '', newer = ''] = forget
    const { endpoint } = a.out
    await writeFile(home.revoked, older)
    await has(home, newer)
    await rm(home.revoked)
    await has(home, newer)
    expect(saying('list 2 stays in force, and is put back', 'A')).to.equal(2)
    await writeFile(home.revoked, 'nothing of the kind')
    await has(home, newer)
    // An older list of a peer is none, either.
    await writeFile(away.revoked, older)
    const c = await running('C', away)
    await areConnected(2, a, c)
    await has(away, newer)
    expect((await readTrust(home))?.revocations?.number).to.equal(2)
    expect(a.out.endpoint).to.equal(endpoint)
  })

  it('end for those that are connected, too; others are not cut, and who ends is told before', async () => {
    const [a, b] = [await running('A'), await running('B')]
    const away = await hostOf('C', Date.now() + SOON_MS - DAY_MS, 1)
    const c = await running('C', away)
    await areConnected(3, a, b, c)
    const line = await stubborn('C', away, a)
    await log.event(({ actor: by, msg }) => by === 'C' && String(msg).includes('quorate keys actor'))
    const before = [a, b].map(({ out }) => out.endpoint)
    await areConnected(2, a, b)
    await isCut(
      () => c.from('A').length + c.from('B').length,
      () => a.sent,
    )
    await isShutOut(line, a)
    await areHeard(a, b)
    expectNothingLost(a, b)
    expect([a, b].some(({ out }, at) => out.endpoint === before[at])).to.equal(false)
    expect(saying('quorate keys actor', 'C')).to.be.within(1, 2)
    // With another key it is one of them again, and nothing was restarted.
    await rm(join(root, 'C.keys'))
    await hostOf('C')
    await areConnected(3, a, b, c)
    await areHeard(a, b, c)
  })
})
