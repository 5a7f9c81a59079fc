/**
 * What every implementation of Discovery must do, as one suite: `describeDiscovery(name, open)`. Where
 * something must not happen, the tests wait for something else that happens after it.
 */
import { randomBytes } from 'node:crypto'
import { expect } from 'chai'
import {
  type ActorRecord,
  type Discovery,
  type DiscoveryOptions,
  discoveryLimits,
} from '../../discovery/index.js'
import { rejectionOf } from '../rejection.js'
import { Heard } from './heard.js'

/** One network, with as many discoveries on it as a test wants. */
export interface TestNetwork {
  /** A discovery on the network, not started. */
  discovery(options?: DiscoveryOptions): Discovery
  /**
   * Brings an actor to the network: opens its directory where the implementation needs one, at `record.port`
   * unless that is 0, and announces it. Gives the record as announced. A record of an id that is there is
   * announced anew.
   */
  appear(by: Discovery, record: ActorRecord): Promise<ActorRecord>
  /** The actor says goodbye. */
  vanish(by: Discovery, id: string): Promise<void>
  /** The process of these actors ends in good order: its discovery stops, its directories close. */
  leave(by: Discovery): Promise<void>
  /** Stops all discoveries, closes all directories. */
  close(): Promise<void>
}

/** A record that nobody else has; `port` 0 lets the network choose. */
export function newRecord(fields: Partial<ActorRecord> = {}): ActorRecord {
  const id = randomBytes(8).toString('hex')
  return {
    id,
    app: 'suite',
    actor: 'Actor',
    host: '127.0.0.1',
    port: 0,
    key: '',
    generation: 1,
    wire: [1],
    ...fields,
  }
}

/** `open` makes a network for at most so many actors. */
export function describeDiscovery(name: string, open: (actors: number) => Promise<TestNetwork>): void {
  describe(`discovery: ${name}`, () => {
    let network: TestNetwork

    beforeEach(async () => {
      network = await open(6)
    })

    afterEach(() => network.close())

    async function started(options?: DiscoveryOptions): Promise<{ discovery: Discovery; heard: Heard }> {
      const discovery = network.discovery(options)
      const heard = new Heard()
      await discovery.start(heard)
      return { discovery, heard }
    }

    describe('finding', () => {
      it('finds an actor that was there before', async () => {
        const a = await started()
        const record = await network.appear(a.discovery, newRecord())
        const late = await started()
        await late.heard.untilFound(record.id)
        expect(late.heard.foundOf(record.id)).to.deep.equal([record])
      })

      it('finds an actor that comes later', async () => {
        const early = await started()
        const a = await started()
        const record = await network.appear(a.discovery, newRecord({ key: 'k'.repeat(40), wire: [2, 1] }))
        await early.heard.untilFound(record.id)
        expect(early.heard.foundOf(record.id)).to.deep.equal([record])
      })

      it('lets two actors find each other', async () => {
        const a = await started()
        const b = await started()
        const ofA = await network.appear(a.discovery, newRecord())
        const ofB = await network.appear(b.discovery, newRecord())
        await Promise.all([a.heard.untilFound(ofB.id), b.heard.untilFound(ofA.id)])
      })

      it('tells two actors of one name on one host apart', async () => {
        const a = await started()
        const first = await network.appear(a.discovery, newRecord({ actor: 'Twin' }))
        const second = await network.appear(a.discovery, newRecord({ actor: 'Twin' }))
        const b = await started()
        await b.heard.untilFound(first.id, second.id)
        expect(b.heard.foundIds).to.have.members([first.id, second.id])
      })

      it('reports actors of two apps, each with its own', async () => {
        const a = await started()
        const mine = await network.appear(a.discovery, newRecord({ app: 'mine' }))
        const other = await network.appear(a.discovery, newRecord({ app: 'the other app' }))
        const b = await started()
        await b.heard.untilFound(mine.id, other.id)
        expect(b.heard.foundOf(mine.id)[0]?.app).to.equal('mine')
        expect(b.heard.foundOf(other.id)[0]?.app).to.equal('the other app')
      })

      it('does not report what it announced itself', async () => {
        const a = await started()
        const own = await network.appear(a.discovery, newRecord())
        const b = await started()
        const other = await network.appear(b.discovery, newRecord())
        a.discovery.refresh()
        await a.heard.untilFound(other.id)
        await b.heard.untilFound(own.id)
        expect(a.heard.foundIds).to.deep.equal([other.id])
      })
    })

    describe('change', () => {
      it('reports a goodbye', async () => {
        const a = await started()
        const b = await started()
        const record = await network.appear(a.discovery, newRecord())
        await b.heard.untilFound(record.id)
        await network.vanish(a.discovery, record.id)
        await b.heard.untilGone(record.id)
        expect(b.heard.goneIds).to.deep.equal([record.id])
      })

      it('keeps the others of a process when one of them says goodbye', async () => {
        const a = await started()
        const leaves = await network.appear(a.discovery, newRecord())
        const stays = await network.appear(a.discovery, newRecord())
        const b = await started()
        await b.heard.untilFound(leaves.id, stays.id)
        await network.vanish(a.discovery, leaves.id)
        await b.heard.untilGone(leaves.id)
        const late = await started()
        await late.heard.untilFound(stays.id)
        expect(late.heard.foundIds).to.deep.equal([stays.id])
        expect(b.heard.goneIds).to.deep.equal([leaves.id])
      })

      it('reports a newer generation', async () => {
        const a = await started()
        const b = await started()
        const record = await network.appear(a.discovery, newRecord())
        await b.heard.untilFound(record.id)
        const newer = await network.appear(a.discovery, { ...record, generation: 2, key: 'n'.repeat(40) })
        await b.heard.until(() => b.heard.foundOf(record.id).length === 2)
        expect(b.heard.foundOf(record.id)).to.deep.equal([record, newer])
        expect(b.heard.goneIds).to.deep.equal([])
      })

      it('does not repeat a generation', async () => {
        const a = await started()
        const b = await started()
        const record = await network.appear(a.discovery, newRecord())
        await b.heard.untilFound(record.id)
        await network.appear(a.discovery, record)
        b.discovery.refresh()
        const next = await network.appear(a.discovery, newRecord())
        await b.heard.untilFound(next.id)
        expect(b.heard.foundOf(record.id)).to.have.length(1)
      })

      it('reports a restart on the same port as a new actor', async () => {
        const a = await started()
        const b = await started()
        const first = await network.appear(a.discovery, newRecord())
        await b.heard.untilFound(first.id)
        await network.vanish(a.discovery, first.id)
        const second = await network.appear(a.discovery, newRecord({ port: first.port }))
        await b.heard.untilFound(second.id)
        await b.heard.untilGone(first.id)
        expect(b.heard.foundOf(second.id)[0]?.port).to.equal(first.port)
      })

      it('reports a forgotten record when it hears of it again', async () => {
        const a = await started()
        const b = await started()
        const record = await network.appear(a.discovery, newRecord())
        await b.heard.untilFound(record.id)
        b.discovery.forget(record.id)
        b.discovery.refresh()
        await b.heard.until(() => b.heard.foundOf(record.id).length === 2)
      })
    })

    describe('trust', () => {
      it('does not report what verify() refuses, and notices it once', async () => {
        const a = await started()
        const bad = await network.appear(a.discovery, newRecord({ actor: 'Bad' }))
        const b = await started({ verify: ({ actor }) => actor !== 'Bad' })
        await b.heard.until(() => b.heard.noticesOf('refused').length === 1)
        b.discovery.refresh()
        const good = await network.appear(a.discovery, newRecord({ actor: 'Good' }))
        await b.heard.untilFound(good.id)
        expect(b.heard.foundIds).to.deep.equal([good.id])
        expect(b.heard.noticesOf('refused')).to.have.length(1)
        expect(b.heard.noticesOf('refused')[0]).to.contain(bad.id)
      })

      it('takes a verify() that throws as a refusal', async () => {
        const a = await started()
        const verify = ({ actor }: ActorRecord): boolean => {
          if (actor === 'Bad') throw new Error('no such key')
          return true
        }
        const b = await started({ verify })
        await network.appear(a.discovery, newRecord({ actor: 'Bad' }))
        const good = await network.appear(a.discovery, newRecord())
        await b.heard.untilFound(good.id)
        await b.heard.until(() => b.heard.noticesOf('refused').length === 1)
        expect(b.heard.foundIds).to.deep.equal([good.id])
        expect(b.heard.noticesOf('refused')[0]).to.contain('no such key')
      })

      it('refuses to announce a record that others would refuse', async () => {
        const { discovery } = await started()
        for (const wrong of [
          { id: 'short' },
          { app: '' },
          { actor: 'a\nb' },
          { port: 70_000 },
          { wire: [] },
        ]) {
          const refused = await rejectionOf(discovery.announce({ ...newRecord({ port: 1 }), ...wrong }))
          expect(refused).to.include({ code: 'bad-record', retryable: false })
        }
      })
    })

    describe('life', () => {
      it('refuses more records than one process may announce', async () => {
        const { discovery } = await started()
        const most = discoveryLimits.announcedRecords
        const records = Array.from({ length: most }, () => newRecord({ port: 1 }))
        await Promise.all(records.map((record) => discovery.announce(record)))
        const refused = await rejectionOf(discovery.announce(newRecord({ port: 1 })))
        expect(refused).to.include({ code: 'too-many-records', retryable: false })
        // One that is announced already may be announced anew.
        for (const known of records.slice(0, 1)) await discovery.announce({ ...known, generation: 2 })
      })

      it('reports nothing before it is started, and nothing after it was stopped', async () => {
        const a = await started()
        const before = network.discovery()
        const record = await network.appear(a.discovery, newRecord())
        const b = await started()
        await b.heard.untilFound(record.id)
        await b.discovery.stop()
        const told = b.heard.reports.length
        const c = await started()
        const next = await network.appear(a.discovery, newRecord())
        await c.heard.untilFound(record.id, next.id)
        await network.vanish(a.discovery, record.id)
        await c.heard.untilGone(record.id)
        expect(b.heard.reports).to.have.length(told)
        await before.stop()
      })

      it('says goodbye for everything when it stops', async () => {
        const a = await started()
        const b = await started()
        const first = await network.appear(a.discovery, newRecord())
        const second = await network.appear(a.discovery, newRecord())
        await b.heard.untilFound(first.id, second.id)
        await network.leave(a.discovery)
        await b.heard.untilGone(first.id)
        await b.heard.untilGone(second.id)
      })

      it('may be stopped twice, and before it was started', async () => {
        const { discovery } = await started()
        await discovery.stop()
        await discovery.stop()
        const never = network.discovery()
        await never.stop()
        expect(await rejectionOf(never.start(new Heard()))).to.include({ code: 'stopped' })
      })

      it('refuses to start twice', async () => {
        const { discovery } = await started()
        expect(await rejectionOf(discovery.start(new Heard()))).to.include({ code: 'already-started' })
      })

      it('refuses to announce before it is started and after it was stopped', async () => {
        const discovery = network.discovery()
        const record = newRecord({ port: 1 })
        expect(await rejectionOf(discovery.announce(record))).to.include({ code: 'not-started' })
        await discovery.start(new Heard())
        await discovery.stop()
        expect(await rejectionOf(discovery.announce(record))).to.include({ code: 'stopped' })
      })

      it('takes no harm from withdrawing what was never announced', async () => {
        const a = await started()
        await a.discovery.withdraw('0123456789abcdef')
        a.discovery.forget('0123456789abcdef')
        const record = await network.appear(a.discovery, newRecord())
        const b = await started()
        await b.heard.untilFound(record.id)
      })
    })

    describe('numbers', () => {
      it('finds fifty actors, whether they come before or after', async () => {
        await network.close()
        network = await open(50)
        const early = await started()
        const a = await started()
        const records = await Promise.all(
          Array.from({ length: 50 }, (_, index) =>
            network.appear(a.discovery, newRecord({ actor: `A${index}` })),
          ),
        )
        const ids = records.map(({ id }) => id)
        const late = await started()
        await early.heard.untilFound(...ids)
        await late.heard.untilFound(...ids)
        expect(late.heard.foundIds).to.have.members(ids)
        expect(early.heard.foundIds).to.have.members(ids)
      }).timeout(20_000)
    })
  })
}
