/** Groups of real processes: where traffic, a dead leader or a busy component ends a member of RIAPS. */

import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { expect } from 'chai'
import { skip } from '../skip.js'
import { ActorProcesses } from '../support/actor-process.js'
import { uniqueApp } from '../support/apps.js'
import type { Event } from '../support/events.js'
import { Fleet, until } from './fleet.js'

/** A group elects in 40 ms here; without a witness in 1.2 s. The rest is for a machine that is busy. */
const NEW_LEADER_MS = 5000
/** In `personality` of a process whose addresses are not random. */
const NO_RANDOM_ADDRESSES = 0x40000

describe('a group of processes', function () {
  this.timeout(60_000)
  let fleet: Fleet | undefined
  const processes = new ActorProcesses()
  afterEach(async () => {
    delete process.env.CELL_APP
    delete process.env.TEST_APP
    await fleet?.end()
    fleet = undefined
    await processes.end()
  })

  it('keeps its leader while ten send 5,000 each in 3 s (RIAPS: two leaders, 2 of 3 times)', async () => {
    fleet = new Fleet(5, 2, 6)
    const { boats } = fleet
    const leader = await fleet.untilLed()
    await fleet.untilMet()
    const elections = boats.map((boat) => boat.told('led').length)
    for (const boat of boats) boat.say('burst', 5000)
    await until(() => boats.every((boat) => boat.told('sent').length === 2))
    // By the next message of each, all know what they missed before.
    for (const boat of boats) boat.say('burst', 1)
    const sum = 10 * 5001
    const states = await fleet.untilEach(({ received = 0, missed = 0 }) => received + missed === sum)
    expect(states.filter(({ isLeader }) => isLeader)).to.have.length(1)
    expect(new Set(states.map((state) => state.leader))).to.deep.equal(new Set([leader]))
    expect(boats.map((boat) => boat.told('led').length)).to.deep.equal(elections)
  })

  it('hears all its members where addresses are not random (RIAPS: one of two is not)', async function () {
    if (spawnSync('setarch', ['-R', 'true']).status !== 0) skip(this, 'needs `setarch -R`')
    process.env.CELL_APP = uniqueApp()
    const start = () =>
      processes.start('test/fixtures/apps/cell.ts', ['Member', '--actions', '3'], (...command) => [
        'setarch',
        ['-R', ...command],
      ])
    const members = await Promise.all([start(), start(), start()])
    for (const { pid } of members) {
      const personality = Number.parseInt(readFileSync(`/proc/${pid}/personality`, 'utf8'), 16)
      expect(personality & NO_RANDOM_ADDRESSES).to.equal(NO_RANDOM_ADDRESSES)
    }
    // By consensus: each has to write to the leader, and to be heard by it.
    await Promise.all(members.map(({ log }) => log.saying('all actions done')))
  })

  it('starts on a host where a subscriber was killed (RIAPS: all later ones hang)', async () => {
    process.env.TEST_APP = uniqueApp()
    const lives = 'test/fixtures/apps/lives.ts'
    const [killed, sender] = await Promise.all(
      ['Receiver', 'Sender'].map((name) => processes.start(lives, [name])),
    )
    const heard = ({ msg }: Event): boolean => msg === 'heard hello'
    await killed?.log.event(heard)
    process.kill(killed?.pid ?? 0, 'SIGKILL')
    const later = await Promise.all(
      ['Sender', 'Receiver', 'Sender'].map((name) => processes.start(lives, [name])),
    )
    await later[1]?.log.event(heard)
    expect(sender?.launcher.exitCode).to.equal(null)
  })
})

describe('a group of three processes', function () {
  this.timeout(60_000)
  let fleet: Fleet
  before(async () => {
    fleet = new Fleet(3, 1, 2)
    await fleet.untilLed()
    await fleet.untilMet()
  })
  after(() => fleet.end())

  it('keeps a member that is stuck, with a full inbox (RIAPS: it is taken for dead)', async () => {
    const leader = await fleet.untilLed()
    const [boat, [stuck, other]] = fleet.boatOf(leader)
    if (!stuck || !other) throw new Error('two are missing')
    const elections = fleet.boats.map((each) => each.told('led').length)
    stuck.say('block', 2000)
    for (const each of [boat, other]) each.say('burst', 3000)
    await until(() => [boat, other].every((each) => each.told('sent').length === 1))
    const [state] = await stuck.state(1)
    expect([state?.size, state?.leader]).to.deep.equal([3, leader])
    expect(fleet.boats.map((each) => each.told('led').length)).to.deep.equal(elections)
  })

  it('goes on when one writes 3,000 messages to a leader that hangs (RIAPS: the writer dies)', async () => {
    const leader = await fleet.untilLed()
    const [boat, others] = fleet.boatOf(leader)
    boat.program.pause()
    for (const each of others) each.say('write', 3000)
    await until(() => others.every((each) => each.told('written').length === 1))
    const next = await fleet.untilLed(others, leader)
    for (const each of others) {
      const [{ done = 0, codes = [] } = {}] = each.told('written')
      // What was not taken was said so, by name.
      expect(codes.filter((code) => !['again', 'no-leader'].includes(code))).to.deep.equal([])
      if (codes.length === 0) expect(done).to.equal(3000)
      each.say('write', 100)
    }
    await until(() => others.every((each) => each.told('written').length === 2))
    await fleet.untilEach(({ answers = 0 }) => answers >= 100, others)
    boat.program.resume()
    expect(await fleet.untilLed()).to.equal(next)
  })

  it('has another leader when one is killed under traffic (RIAPS: when the traffic ends)', async () => {
    const leader = await fleet.untilLed()
    const [boat, others] = fleet.boatOf(leader)
    for (const each of fleet.boats) each.say('flood')
    await fleet.untilEach(({ received = 0 }) => received > 10_000)
    const killedAtMs = Date.now()
    await boat.program.kill()
    await fleet.untilLed(others, leader)
    for (const each of others) {
      const word = each.told('led').at(-1)
      expect((word?.atMs ?? 0) - killedAtMs).to.be.below(NEW_LEADER_MS)
    }
    // The flood goes on, and so do they.
    const states = await fleet.states(others)
    expect(states.filter(({ isLeader }) => isLeader)).to.have.length(1)
    const before = Math.max(...states.map(({ received = 0 }) => received))
    await fleet.untilEach(({ received = 0 }) => received > before, others)
  })
})
