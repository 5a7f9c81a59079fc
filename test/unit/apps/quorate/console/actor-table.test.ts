import { expect } from 'chai'
import { actorTable } from '../../../../../apps/quorate/console/actor-table.js'
import type { Sighting } from '../../../../../apps/quorate/observatory.js'
import { columnsOf } from '../../../../../apps/quorate/table.js'
import { sighting } from '../sightings.js'
import { STEERING } from './played.js'

const ID = '00112233aabbccdd'
const WIDE = Number.POSITIVE_INFINITY
const open = { host: '127.0.0.1', subscriber: 5556, command: 5557, locked: false }
const lock: Sighting['lock'] = { keys: () => ({ publicKey: '', secretKey: '' }), domain: () => '' }

function rowOf(actor: Sighting): string | undefined {
  return actorTable({ actors: [actor], devices: [] }, WIDE)[1]
}

describe('the table of actors', () => {
  it('has a row for each actor and device: who, of which app, where, and how it is commanded', () => {
    const actors = [sighting({ id: ID, actor: 'Rig', doors: [open] })]
    const devices = [{ name: 'cam-3', host: '10.0.0.9', subscriber: 1, command: 2 }]
    expect(actorTable({ actors, devices }, WIDE)).to.deep.equal([
      'actor  id                app         host       keys  commands',
      'Rig    00112233aabbccdd  pair 1.0.0  127.0.0.1  yes   in clear text at 127.0.0.1:5556:5557',
      'cam-3                    device      10.0.0.9   no    at 10.0.0.9:1:2',
    ])
  })

  it('tells the way in from here, or why there is none', () => {
    const locked = { ...open, locked: true }
    const of = sighting({ id: ID, doors: [open, locked], hasKeys: false })
    expect(rowOf({ ...of, lock })).to.match(/no +as an operator at 127\.0\.0\.1:5556:5557$/)
    expect(rowOf(sighting({ id: ID, doors: [locked] }))).to.match(/not from here: \S+ from operators$/)
    expect(rowOf({ ...of, host: '192.0.2.7' })).to.match(
      /not from here: \S+ from anybody, \S+ from operators$/,
    )
    expect(rowOf(sighting({ id: ID, doors: [] }))).to.match(/yes +takes none$/)
    const silent = { ...of, status: undefined }
    expect(rowOf(silent)).to.match(/pair +127\.0\.0\.1 +no +does not answer$/)
    expect(rowOf({ ...silent, why: 'its directory is lost' })).to.match(/its directory is lost$/)
    expect(rowOf({ ...silent, record: undefined })).to.match(/^\? /)
  })

  it('fits into the terminal, and steers it in no way', () => {
    const of = sighting({ id: ID, actor: STEERING, version: STEERING, doors: [{ ...open, host: STEERING }] })
    const devices = [{ name: STEERING, host: STEERING, subscriber: 1, command: 2 }]
    const lines = actorTable({ actors: [of, { ...of, status: undefined, why: STEERING }], devices }, 60)
    expect(lines).to.have.length(4)
    expect(lines.join('')).not.to.match(/[\p{Cc}\p{Cf}]/u)
    for (const line of lines) expect(columnsOf(line)).to.be.at.most(60)
  })
})
