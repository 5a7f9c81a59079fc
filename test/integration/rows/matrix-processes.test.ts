/**
 * The matrix with a process for each actor: four of them, started once, and each test is of what a cell of
 * theirs logged. Who they are to find is told to them, so that no other test can meet them.
 */
import { expect } from 'chai'
import { type ActorProcess, ActorProcesses } from '../../support/actor-process.js'
import type { Event } from '../../support/events.js'
import { freePort } from '../../support/free-port.js'

const APP = 'test/fixtures/apps/matrix.ts'
const ACTORS = ['Near1', 'Near2', 'Far1', 'Far2'] as const
type Name = (typeof ACTORS)[number]

/** What the fixture sends and asks. */
const MESSAGES = Array.from({ length: 20 }, (_, n) => n)
const DOUBLES = [0, 2, 4, 6, 8, 10]
const COUNTDOWN = [3, 2, 1]

interface Cell {
  readonly connecting: number
  readonly binding: number
  readonly scope: 'global' | 'local'
}

/** The first number is of those that connect. */
const cells: readonly Cell[] = (['global', 'local'] as const).flatMap((scope) =>
  [1, 2].flatMap((connecting) => [1, 2].map((binding) => ({ connecting, binding, scope }))),
)

const countOf = (number: number): string => (number === 1 ? '1' : 'N')

describe('the matrix, each actor in a process of its own', function () {
  this.timeout(30_000)
  const processes = new ActorProcesses()
  let running: ReadonlyMap<Name, ActorProcess>

  before(async () => {
    const ports = await Promise.all(ACTORS.map(freePort))
    const discovery = `static:${ports.map((port) => `127.0.0.1:${port}`).join()}`
    const started = ACTORS.map(async (name, i) => {
      const args = [name, '--discovery', discovery, '--directory-port', String(ports[i])]
      return [name, await processes.start(APP, args)] as const
    })
    running = new Map(await Promise.all(started))
  })
  after(() => processes.end())

  function of(name: Name): ActorProcess {
    const process = running.get(name)
    if (!process) throw new Error(`${name} does not run`)
    return process
  }

  /** The ids of the first actors that bind. */
  function boundIn(count: number): Promise<unknown[]> {
    const names = (['Far1', 'Far2'] as const).slice(0, count)
    return Promise.all(names.map(async (name) => (await of(name).log.named('started')).id))
  }

  /** What those that connect tell of their cell, each once. */
  async function told({ connecting, binding, scope }: Cell, what: string): Promise<Event[]> {
    const component = `${scope}-${connecting}-${binding}`
    const isIt = (event: Event): boolean => event.component === component && event.msg === what
    const names = (['Near1', 'Near2'] as const).slice(0, connecting)
    const events = await Promise.all(names.map((name) => of(name).log.event(isIt)))
    for (const { failed } of events) expect(failed).to.equal(undefined)
    return events
  }

  for (const cell of cells) {
    const { connecting, binding, scope } = cell
    const [near, far] = [countOf(connecting), countOf(binding)]
    const many = `${near}–${far}, ${scope}`

    it(`pub/sub ${far}–${near}, ${scope}: every sub gets all of each pub, in order`, async () => {
      const all = Object.fromEntries((await boundIn(binding)).map((id) => [id, MESSAGES]))
      for (const event of await told(cell, 'pub/sub')) expect(event).to.deep.include({ heard: all, scope })
    })

    it(`qry/ans ${many}: each has its own answers, the answerers are asked in turn`, async () => {
      const ids = await boundIn(binding)
      for (const { answers } of await told(cell, 'qry/ans')) {
        expect(valuesOf(answers, 'n')).to.deep.equal(DOUBLES)
        expect(valuesOf(answers, 'by')).to.have.members(inTurn(ids))
      }
    })

    it(`qry/ans ${many}, several answers each: all come to who asked`, async () => {
      for (const { counted } of await told(cell, 'several answers')) {
        expect(counted).to.have.members(COUNTDOWN.flatMap((left) => new Array(binding).fill(left)))
      }
    })

    it(`req/rep ${many}: one after another, the repliers in turn`, async () => {
      const ids = await boundIn(binding)
      for (const { repliers } of await told(cell, 'req/rep and clt/srv')) {
        expect(repliers).to.have.members(inTurn(ids))
      }
    })

    it(`clt/srv ${many}, with time-outs: a call that fails leaves the port as it was`, async () => {
      const ids = await boundIn(binding)
      for (const { inVain, served } of await told(cell, 'req/rep and clt/srv')) {
        expect(inVain).to.equal('timeout')
        expect(valuesOf(served, 'n')).to.deep.equal(DOUBLES)
        expect(valuesOf(served, 'by')).to.have.members(inTurn(ids))
      }
    })
  }

  it('qry/ans inverted: who has the work answers those who ask for it, when there is some', async () => {
    for (const name of ['Near1', 'Near2'] as const) {
      const { id } = await of(name).log.named('started')
      expect(await of(name).log.saying('a job')).to.include({ of: id })
    }
  })

  it('nothing failed in any of them', () => {
    for (const { log } of running.values()) {
      expect(log.events.filter(({ event }) => event === 'error')).to.deep.equal([])
    }
  })
})

/** Whom six questions are put to where all are asked in turn. */
function inTurn(ids: readonly unknown[]): unknown[] {
  return DOUBLES.map((_, i) => ids[i % ids.length])
}

/** A property of each element. */
function valuesOf(array: unknown, key: string): unknown[] {
  if (!Array.isArray(array)) return []
  return array.map((each: unknown) => (typeof each === 'object' && each ? Reflect.get(each, key) : undefined))
}
