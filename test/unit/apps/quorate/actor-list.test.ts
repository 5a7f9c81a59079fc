import { expect } from 'chai'
import { actorLines, duration, sampleOf } from '../../../../apps/quorate/actor-list.js'
import type { Screen } from '../../../../apps/quorate/terminal.js'
import { portStatus, sighting } from './sightings.js'

const wide: Screen = { colour: false, isTerminal: false, columns: Number.POSITIVE_INFINITY, rows: 1 }
const sender = sighting({
  id: 'aaaaaaaaaaaaaaaa',
  actor: 'Sender',
  ports: [
    portStatus({
      name: 'out',
      kind: 'pub',
      peers: ['bbbbbbbbbbbbbbbb', 'bbbbbbbbbbbbbbbb', 'aaaaaaaaaaaaaaaa', 'cc'],
      connected: 3,
      stats: { sent: 120, received: 0, dropped: 2, unheardOf: 4 },
    }),
    portStatus({ name: 'tick', kind: 'tim', message: 'tick', stats: { received: 7, late: 2 } }),
  ],
})
const receiver = sighting({
  id: 'bbbbbbbbbbbbbbbb',
  actor: 'Receiver',
  ports: [portStatus({ name: 'in', kind: 'sub' })],
})

describe('the list of actors', () => {
  it('names peers: itself, by name and id, with the number of ports, or unknown', () => {
    const lines = actorLines([sender, receiver], wide)
    expect(lines[2]).to.match(/Receiver bbbbbbbb ×2, itself, \? cc$/)
  })

  it('shows headings once', () => {
    const lines = actorLines([sender, receiver], wide)
    expect(lines.filter((line) => line.includes('connected to'))).to.have.length(1)
  })

  it('shows what counted anything: messages, ticks, losses', () => {
    const lines = actorLines([sender, receiver], wide)
    expect(lines[2]).to.match(/ 3 {2}120 sent, 2 dropped {2}Receiver/)
    expect(lines[3]).to.match(/^ {2}it\.tick {2}tim {2,}7 ticks, 2 late$/)
    expect(lines.at(-1)).to.match(/^ {2}it\.in +sub +Word +global +0$/)
  })

  it('shows an actor of an older version, which does not count what is late', () => {
    const tick = portStatus({ name: 'tick', kind: 'tim', message: 'tick', stats: { received: 7 } })
    const lines = actorLines([sighting({ id: 'cc', actor: 'Old', ports: [tick] })], wide)
    expect(lines.at(-1)).to.match(/^ {2}it\.tick {2}tim {2,}7 ticks$/)
  })

  it('shows a version where there is one', () => {
    const [head] = actorLines([sighting({ id: 'cc', actor: 'A', version: '' })], wide)
    expect(head).to.equal('A  cc  pair  127.0.0.1:4000  pid 77  up 5 s')
    expect(actorLines([sender], wide)[0]).to.contain('  pair 1.0.0  ')
  })

  it('marks an actor that has no keys', () => {
    const open = sighting({ id: 'cc', actor: 'A', hasKeys: false })
    expect(actorLines([open], wide)[0]).to.equal(
      'A  cc  pair 1.0.0  127.0.0.1:4000  pid 77  up 5 s  without keys',
    )
    expect(sampleOf([open, sender], 0)).to.have.nested.property('actors[0].hasKeys', false)
    expect(sampleOf([open, sender], 0)).to.have.nested.property('actors[1].hasKeys', true)
  })

  it('shows the doors by which an actor is commanded, where it has some, in no words that steer', () => {
    const open = { host: '127.0.0.1', subscriber: 5556, command: 5557, locked: false }
    const doors = [open, { ...open, host: `${String.fromCharCode(27)}[2J`, locked: true }]
    const lines = actorLines([sighting({ id: 'cc', actor: 'A', doors })], wide)
    expect(lines).to.have.length(2)
    expect(lines[1]).to.equal('  commands at 127.0.0.1:5556:5557 from anybody, ?[2J:5556:5557 from operators')
    for (const none of [[], undefined]) {
      expect(actorLines([sighting({ id: 'cc', actor: 'A', doors: none })], wide)).to.have.length(1)
    }
    const sample = sampleOf([sighting({ id: 'cc', actor: 'A', doors })], 0)
    expect(sample).to.have.nested.property('actors[0].doors').that.deep.equals(doors)
  })

  it('shows an actor that does not answer in a line', () => {
    const dead = { ...sender, status: undefined, why: 'its directory does not answer' }
    expect(actorLines([dead], wide)).to.deep.equal([
      'Sender  aaaaaaaa  pair  127.0.0.1:4000  its directory does not answer',
    ])
    const why = `its directory refuses observers: ${String.fromCharCode(27)}[2J`
    expect(actorLines([{ ...dead, why }], wide)[0]).to.match(/refuses observers: \?\[2J$/)
  })

  it('fits into the terminal', () => {
    for (const columns of [50, 80]) {
      for (const line of actorLines([sender, receiver], { ...wide, columns })) {
        expect(line.length).to.be.at.most(columns)
      }
    }
  })

  it('is an object for programs, with names of peers, and null where a name is not known', () => {
    const sample = JSON.parse(
      JSON.stringify(sampleOf([sender, { ...receiver, status: undefined, why: 'no' }], 7)),
    )
    expect(sample).to.include({ v: 1, t: 7 })
    const [one, other] = sample.actors
    expect(one.ports[0].peers).to.deep.include({ actor: 'Receiver', id: 'bbbbbbbbbbbbbbbb' })
    expect(one.ports[0].peers).to.deep.include({ actor: null, id: 'cc' })
    expect(other).to.deep.equal({
      answers: false,
      app: 'pair',
      actor: 'Receiver',
      id: 'bbbbbbbbbbbbbbbb',
      host: '127.0.0.1',
      port: 4000,
      why: 'no',
    })
  })

  it('says times as people do', () => {
    expect([0, 59.9, 60, 3599, 3600, 86_399, 90_000].map(duration)).to.deep.equal([
      '0 s',
      '59 s',
      '1 min 0 s',
      '59 min 59 s',
      '1 h 0 min',
      '23 h 59 min',
      '1 d 1 h',
    ])
  })
})
