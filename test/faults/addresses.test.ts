/**
 * Addresses of members. In RIAPS a leader tells its own in four bytes of each announcement; what is no IPv4
 * address fails there, and then. Here messages of a group name members by their ids, of which only listings
 * say where they are; and what is no IPv4 address is refused where it is given.
 */
import { expect } from 'chai'
import { chooseInterface } from '../../discovery/index.js'
import { readRecord } from '../../discovery/record.js'
import { decodeGroupMessage, encodeGroupMessage } from '../../groups/wire.js'
import { memberId } from '../../runtime/groups/member-info.js'
import { Roster } from '../../runtime/groups/roster.js'
import { createTestNetwork } from '../../testing/index.js'
import { Cores } from '../support/cores.js'
import { leaderOf } from '../unit/runtime/groups/cells.js'
import { Crew } from './crew.js'

const ACTOR = 'a'.repeat(16)
const RECORD = {
  ...{ id: ACTOR, app: 'x', actor: 'A', host: '10.0.0.1', port: 1, key: '', generation: 0, wire: [1] },
}

/** A listing of one member whose sockets are there. */
function listingAt(host: string) {
  const at = { gpub: `tcp://${host}:1`, gans: `tcp://${host}:2` }
  const using = { name: 'M', fingerprint: 'f' }
  const member = memberId(ACTOR, 0, 1)
  const ad = { group: 'Cell.x', member, component: 'c', seat: '0', parameters: 'quorum=2', using, ...at }
  return { ports: [], types: [], groups: [ad] }
}

describe('the address of a member of a group', () => {
  it('is refused where it is given, unless it is of IPv4 (RIAPS: where its member leads)', () => {
    expect(() => chooseInterface('::1'))
      .to.throw(/no network interface ::1 with an IPv4 address; there are: /)
      .with.property('code', 'no-interface')
    expect(readRecord({ ...RECORD, host: 'fd00::1' })).to.match(/neither a host name nor an IPv4 address/)
    for (const [host, members] of [
      ['10.0.0.1', 1],
      ['[fd00::1]', 0],
      ['fd00::1', 0],
      ['10.0.0.256', 0],
      ['4294967297', 0],
    ] as const) {
      const roster = new Roster()
      roster.update(RECORD, listingAt(host))
      expect(roster.of('Cell.x'), host).to.have.length(members)
    }
  })

  it('is in no message of the group, which names its leader by its id (RIAPS: by four bytes)', async () => {
    const network = createTestNetwork()
    const crew = await Crew.of(network, 'Two', 3)
    const { leader } = leaderOf(crew.members)
    const { host } = leader.in.ports.gans
    expect(crew.members.map(({ in: cell }) => cell.leader?.host)).to.deep.equal([host, host, host])
    await network.close()
    // Cores are told of no address, and speak all that is said: a leader may have any, and another one later.
    const ids = ['a', 'b', 'c'].map((letter) => letter.repeat(32))
    const group = new Cores(ids)
    const said: unknown[] = []
    group.drop((body, from) => {
      const message = { from, promised: { epoch: 1, term: 1 }, facts: NO_FACTS, body }
      said.push(decodeGroupMessage(encodeGroupMessage(message)))
      return false
    })
    group.runUntil(() => group.acting.length > 0, 3000)
    expect(group.acting).to.have.length(1)
    expect(said.length).to.be.above(0)
    expect(JSON.stringify(said)).not.to.match(/tcp:|host|port"|\d+\.\d+\.\d+\.\d+/)
  })
})

const NO_FACTS = { known: 1, dead: [], released: [] }
