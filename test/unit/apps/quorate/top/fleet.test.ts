import { expect } from 'chai'
import { type Fleet, fleetOf } from '../../../../../apps/quorate/top/fleet.js'
import type { ActorTold, Look, WorkerTold } from '../../../../../apps/quorate/top/look.js'
import { fleetLines, summaryOf } from '../../../../../apps/quorate/top/screen.js'
import { firstView, pressed, sorted, sortings, type View } from '../../../../../apps/quorate/top/view.js'

const ESCAPE = String.fromCharCode(27)
const WIDE = { colour: false, isTerminal: false, columns: Number.POSITIVE_INFINITY, rows: 24 }
const NOW = 1_000_000

function told(id: string, more: Partial<ActorTold> = {}): ActorTold {
  const rest = {
    state: 'active',
    since: NOW - 65_000,
    starts: 1,
    pid: 7,
    cpuMs: 100,
    memoryBytes: 3 * 2 ** 20,
  }
  return { id, app: 'plant', actor: 'Sensor', ...rest, ...more }
}

function worker(name: string, done?: number): WorkerTold {
  return { name, there: true, waiting: 3, seen: NOW - 1500, ...(done !== undefined && { done }) }
}

function look(atMs: number, seen: Partial<Look> = {}): Look {
  return { url: 'http://a:8001', atMs, actors: [], workers: [], why: '', ...seen }
}

describe('two looks at a fleet', () => {
  it('tell what each process used of a core between them', () => {
    const earlier = look(0, {
      actors: [told('a'), told('b'), told('c'), told('d', { cpuMs: 900 }), told('e', { cpuMs: null })],
    })
    const later = look(2000, {
      actors: [
        told('a', { cpuMs: 600 }),
        told('b', { cpuMs: 600, pid: 8, starts: 2 }),
        told('c', { cpuMs: null, pid: null, state: 'ended' }),
        told('d', { cpuMs: 100 }),
        told('e', { cpuMs: 5 }),
        told('f', { cpuMs: 100 }),
      ],
    })
    const { actors } = fleetOf([later], [earlier], NOW)
    expect(actors.map(({ id, cpuPercent }) => [id, cpuPercent])).to.deep.equal([
      ...[
        ['a', 25],
        ['b', null],
        ['c', null],
        ['d', null],
        ['e', null],
        ['f', null],
      ],
    ])
    expect(actors.map(({ restarts }) => restarts)).to.deep.equal([0, 1, 0, 0, 0, 0])
    expect(actors.map(({ uptimeS }) => uptimeS)).to.deep.equal([65, 65, null, 65, 65, 65])
  })

  it('tell how many commands a worker answers, as far as its hub counts them', () => {
    const earlier = look(0, { workers: [worker('a', 10), worker('b', 10), worker('c')] })
    const later = look(500, { workers: [worker('a', 15), worker('b', 2), worker('c'), worker('d', 3)] })
    const { workers } = fleetOf([later], [earlier], NOW)
    expect(workers.map(({ worker, rate }) => [worker, rate])).to.deep.equal([
      ...[
        ['a', 10],
        ['b', null],
        ['c', null],
        ['d', null],
      ],
    ])
    expect(workers[0]).to.include({ waiting: 3, heardS: 1.5, isThere: true })
  })

  it('tell who did not, and forget nothing of the others', () => {
    const other = look(0, { url: 'http://b:8001', why: 'it is away' })
    const { actors, away } = fleetOf([look(0, { actors: [told('a')] }), other], [other], NOW)
    expect(actors).to.have.length(1)
    expect(away).to.deep.equal([{ url: 'http://b:8001', why: 'it is away' }])
  })
})

describe('the view of a fleet', () => {
  const fleet = fleetOf(
    [
      look(1000, {
        actors: [
          told('1', { actor: 'B', memoryBytes: 5, cpuMs: 300 }),
          told('2', { actor: 'A', memoryBytes: 9, cpuMs: 200 }),
          told('3', { actor: 'A', memoryBytes: null, cpuMs: null, pid: null, state: 'failed' }),
        ],
      }),
    ],
    [look(0, { actors: [told('1'), told('2'), told('3')] })],
    NOW,
  )
  const ids = (view: View): string =>
    sorted(fleet.actors, view)
      .map(({ id }) => id)
      .join('')

  it('is sorted by a column, the most first, or the other way round', () => {
    expect(ids(firstView)).to.equal('123')
    const by = (heading: string): number => sortings.findIndex(([each]) => each === heading)
    expect(ids({ ...firstView, sortedBy: by('memory') })).to.equal('213')
    expect(ids({ ...firstView, sortedBy: by('memory'), isReversed: true })).to.equal('312')
    expect(ids({ ...firstView, sortedBy: by('actor') })).to.equal('231')
    expect(ids({ ...firstView, sortedBy: by('state') })).to.equal('213')
  })

  it('is changed by keys, and left by two of them', () => {
    const having = (...names: string[]): View => {
      return names.reduce<View>((view, name) => {
        const next = pressed(view, { name }, fleet)
        if (typeof next === 'string') throw new Error(next)
        return next
      }, firstView)
    }
    expect(having('right', 'right', 'left').sortedBy).to.equal(1)
    expect(having('left').sortedBy).to.equal(sortings.length - 1)
    expect(having('r').isReversed).to.equal(true)
    expect(having('r', 'right').isReversed).to.equal(false)
    expect(having('up').hidden).to.equal(0)
    expect(having('down', 'down', 'down', 'down').hidden).to.equal(2)
    expect(having('x')).to.deep.equal(firstView)
    expect(pressed(firstView, { name: 'q' }, fleet)).to.equal('quit')
    expect(pressed(firstView, { name: 'c', ctrl: true }, fleet)).to.equal('interrupt')
    expect(pressed(firstView, { name: 'q', ctrl: true }, fleet)).to.equal(firstView)
    expect(pressed(firstView, {}, fleet)).to.equal(firstView)
  })

  it('is a table, with the groups where any are told, and the agent where there are several', () => {
    expect(fleetLines(fleet, firstView, WIDE)).to.deep.equal([
      'actor  id  app    state   pid  cpu %  memory  restarts         up',
      'B      1   plant  active    7   20.0     5 B         0  1 min 5 s',
      'A      2   plant  active    7   10.0     9 B         0  1 min 5 s',
      'A      3   plant  failed                             0',
    ])
    const groups = [
      { name: 'Cell.north', role: 'leader', leader: 'Sensor' },
      { name: 'Plant', role: 'member', leader: 'Other' },
      { name: 'Lone', role: 'member', leader: null },
    ]
    const [row] = fleet.actors
    const more: Fleet = {
      ...fleet,
      actors: row
        ? [
            { ...row, groups },
            { ...row, agent: 'http://b:1' },
          ]
        : [],
    }
    const [heading = '', first = ''] = fleetLines(more, firstView, WIDE)
    expect(heading).to.match(/ agent +groups$/)
    expect(first).to.match(/a:8001 +leads Cell\.north, Plant of Other, Lone without a leader$/)
    expect(summaryOf(fleet)).to.equal('3 actors, 2 active  cpu 30.0 %  memory 14 B')
  })

  it('has what workers do, and who does not tell', () => {
    const seen = { workers: [worker('Rig', 4)] }
    const lines = fleetLines(
      fleetOf([look(1000, seen), look(0, { url: 'http://b:1', why: 'away' })], [look(0, seen)], NOW),
      firstView,
      WIDE,
    )
    expect(lines).to.deep.equal([
      'worker  hub     state  waiting  done/s  heard of',
      'Rig     a:8001  there        3     0.0   1 s ago',
      '',
      'http://b:1 does not tell: away',
    ])
  })

  it('fits the screen, scrolls where somebody types, and passes nothing on that steers a terminal', () => {
    const bad = { actor: `${ESCAPE}[2J\u202eSensor`, state: `\n${ESCAPE}]0;x` }
    const actors = [told('1', bad), told('2')]
    const narrow = { colour: true, isTerminal: true, columns: 40, rows: 10 }
    const evil = fleetOf([look(0, { actors, workers: [worker(`W${ESCAPE}c`)] })], [], NOW)
    for (const screen of [WIDE, narrow]) {
      const lines = fleetLines(evil, firstView, { ...screen, colour: false })
      expect(lines.join('')).not.to.match(/[\p{Cc}\p{Cf}]/u)
      for (const line of lines) expect([...line].length).to.be.at.most(screen.columns)
    }
    const scrolled = fleetLines(evil, { ...firstView, hidden: 1 }, WIDE, true)
    expect(scrolled[0]).to.include('cpu % ▼')
    expect(scrolled.filter((line) => line.includes('plant'))).to.have.length(1)
    expect(
      fleetLines(fleet, firstView, narrow).filter((line) => line.includes(`${ESCAPE}[31m`)),
    ).to.have.length(1)
  })
})
