/**
 * What mDNS discovery says on the network, and what it leaves unsaid: with a listener that hears all of it.
 */
import { createSocket, type Socket } from 'node:dgram'
import { expect } from 'chai'
import { type MdnsDiscovery, mdnsDiscovery } from '../../../discovery/index.js'
import { readAsked, withKnownAnswers } from '../../../discovery/known-answers.js'
import { discoveryLimits } from '../../../discovery/limits.js'
import { newRecord } from '../../compliance/discovery.js'
import { Heard } from '../../compliance/heard.js'
import { skip } from '../../skip.js'
import { Conditions } from '../../support/conditions.js'
import { Child } from './child.js'
import { Host, whyNoHosts } from './namespaces.js'
import { mdnsPort } from './networks.js'

const GROUP = '224.0.0.251'
const QUESTION = Buffer.concat([
  Buffer.from([0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0]),
  Buffer.from('\x08_quorate\x04_tcp\x05local\x00\x00\x0c\x00\x01', 'latin1'),
])

/** Hears and says what it likes. */
class Wire {
  readonly packets: Buffer[] = []
  readonly #port: number
  readonly #socket: Socket
  readonly #conditions = new Conditions()

  constructor(port: number) {
    this.#port = port
    this.#socket = createSocket({ type: 'udp4', reuseAddr: true })
    this.#socket.on('message', (packet) => {
      this.packets.push(packet)
      this.#conditions.changed()
    })
  }

  async open(): Promise<void> {
    await new Promise<void>((resolve) => this.#socket.bind(this.#port, '0.0.0.0', resolve))
    this.#socket.addMembership(GROUP, '127.0.0.1')
    this.#socket.setMulticastInterface('127.0.0.1')
  }

  get questions(): Buffer[] {
    return this.packets.filter((packet) => ((packet[2] ?? 0) & 0x80) === 0)
  }

  /** What was said of an actor, asked or not. */
  answersOf(id: string): Buffer[] {
    return this.packets.filter((packet) => ((packet[2] ?? 0) & 0x80) !== 0 && packet.includes(id))
  }

  until(condition: () => boolean): Promise<void> {
    return this.#conditions.until(condition)
  }

  ask(...instances: string[]): void {
    for (const packet of withKnownAnswers(QUESTION, instances)) this.#socket.send(packet, this.#port, GROUP)
  }

  close(): void {
    this.#socket.close()
  }
}

describe('mdns: manners', function () {
  this.timeout(30_000)
  let port = 0
  let wire: Wire
  const made: MdnsDiscovery[] = []

  beforeEach(async () => {
    port = mdnsPort()
    wire = new Wire(port)
    await wire.open()
  })

  afterEach(async () => {
    await Promise.all(made.splice(0).map((each) => each.stop()))
    wire.close()
  })

  async function started(heard = new Heard()): Promise<MdnsDiscovery> {
    const discovery = mdnsDiscovery({ interface: '127.0.0.1', port })
    made.push(discovery)
    await discovery.start(heard)
    return discovery
  }

  it('asks at once where nothing is announced', async () => {
    await started()
    await wire.until(() => wire.questions.length === 1)
    expect(wire.packets).to.have.length(1)
  })

  it('announces before it asks, and tells in the question whom it knows', async () => {
    const actor = await started()
    const [own, found, met] = [newRecord({ port: 1 }), newRecord({ port: 2 }), newRecord({ port: 3 })]
    await actor.announce(own)
    actor.met?.(met)
    const other = await started()
    // It knows one that is not known here, so its question, where it comes first, does not stand for ours.
    other.met?.(newRecord({ port: 4 }))
    await other.announce(found)
    await wire.until(() => wire.questions.some((question) => readAsked(question).known.includes(met.id)))
    expect(wire.packets[0]).to.equal(wire.answersOf(own.id)[0])
    const asked = wire.questions.map(readAsked).find(({ known }) => known.includes(met.id))
    expect(asked?.known).to.have.members([met.id, found.id])
    expect(asked).to.include({ isForOurs: true, isTruncated: false })
  })

  it('keeps silent before one who knows it, and answers one who does not', async () => {
    const [a, b] = [await started(), await started()]
    const [known, other] = [newRecord({ port: 1 }), newRecord({ port: 2 })]
    await Promise.all([a.announce(known), b.announce(other)])
    await wire.until(() => wire.answersOf(known.id).length > 0 && wire.answersOf(other.id).length > 0)
    // Neither announces a second time: each was heard, and in a crowd that is enough.
    for (let port = 3; port < 4 + discoveryLimits.crowdRecords; port++) {
      for (const each of [a, b]) each.met?.(newRecord({ port }))
    }
    const before = wire.answersOf(known.id).length
    for (const _ of [1, 2]) {
      const answers = wire.answersOf(other.id).length
      wire.ask(`suite-Actor-${known.id}`)
      await wire.until(() => wire.answersOf(other.id).length > answers)
    }
    expect(wire.answersOf(known.id)).to.have.length(before)
    wire.ask()
    await wire.until(() => wire.answersOf(known.id).length > before)
  })

  it('takes the question of another for its own where all that is known there is known here', async () => {
    const actor = await started()
    const record = newRecord({ port: 1 })
    await actor.announce(record)
    const since = performance.now()
    await wire.until(() => wire.answersOf(record.id).length > 0)
    const question = setInterval(() => wire.ask(`suite-Actor-${record.id}`), 100)
    try {
      // The last announcement: by now it would have asked.
      await wire.until(() => wire.answersOf(record.id).length === discoveryLimits.announcements)
    } finally {
      clearInterval(question)
    }
    expect(performance.now() - since).to.be.greaterThan(2900)
    expect(wire.questions.filter((packet) => readAsked(packet).known.length === 0)).to.deep.equal([])
  }).timeout(20_000)

  it('is not kept from asking by one who knows others', async () => {
    const actor = await started()
    await actor.announce(newRecord({ port: 1 }))
    const question = setInterval(() => wire.ask(`suite-Actor-${'ab'.repeat(8)}`), 100)
    try {
      await wire.until(() => wire.questions.some((packet) => readAsked(packet).known.length === 0))
    } finally {
      clearInterval(question)
    }
  }).timeout(20_000)
})

describe('mdns: lost packets', () => {
  const hosts: Host[] = []
  const children: Child[] = []

  before(function () {
    const why = whyNoHosts()
    if (why !== undefined) skip(this, why)
  })

  afterEach(async () => {
    await Promise.all(children.splice(0).map((child) => child.kill()))
    for (const host of hosts.splice(0)) host.remove()
  })

  it('finds a late joiner whose first announcement it did not hear', async function () {
    const [a, b] = [new Host('a'), new Host('b')]
    hosts.push(a, b)
    a.cable('eth0', '10.1.0.1', b, 'eth0', '10.1.0.2')
    const drop = 'table inet t {\nchain c {\ntype filter hook input priority 0;\nip saddr 10.1.0.2 drop\n}\n}'
    try {
      a.run('nft', drop)
    } catch {
      skip(this, 'needs `nft` of nftables')
    }
    const onA = new Child('announcer.ts', ['eth0', '5353', '1', 'of-a'], a.prefix)
    children.push(onA)
    await onA.untilSaid('ready')
    const onB = new Child('announcer.ts', ['eth0', '5353', '1', 'of-b'], b.prefix)
    children.push(onB)
    // It was answered: so it announced, and nothing of it was heard there.
    await onB.until(() => onB.of('found').some(({ app }) => app === 'of-a'))
    expect(onA.of('found')).to.deep.equal([])
    a.run('nft', 'delete table inet t')
    await onA.until(() => onA.of('found').some(({ app }) => app === 'of-b'))
  }).timeout(60_000)
})
