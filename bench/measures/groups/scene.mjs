// The group of a measurement: so many actors of one app, each a process, who leads them, and how to wait for
// what they tell.

import { now } from '../../processes.mjs'

const PATIENCE_MS = 60_000
/** How often one looks who leads, and milliseconds between. */
const LOOKS = 100
const LOOK_MS = 50

export class GroupScene {
  members = []
  #processes
  #type

  constructor(processes, type) {
    this.#processes = processes
    this.#type = type
  }

  /** Starts one; gives when it was started. */
  start() {
    const member = {
      actor: this.#processes.actor('group.mjs', 'Member', { group: this.#type }),
      startedAt: now(),
    }
    this.members.push(member)
    return member
  }

  /** Starts so many, and waits until all follow one leader and see each other. */
  async open(count) {
    for (let n = 0; n < count; n++) this.start()
    await Promise.all(this.members.map((member) => this.#joined(member)))
    await this.whole()
  }

  async #joined(member) {
    if (member.id === undefined) member.id = (await member.actor.next('joined', undefined, PATIENCE_MS)).id
  }

  /** All that are left see each other as members. */
  async whole() {
    const count = this.members.length
    await Promise.all(this.members.map((member) => this.#joined(member)))
    const isWhole = ({ size }) => size === count
    await Promise.all(this.members.map(({ actor }) => actor.next('size', isWhole, PATIENCE_MS)))
  }

  /** Forgets what members told so far of a kind. */
  forget(...types) {
    for (const { actor } of this.members) for (const type of types) actor.forget(type)
  }

  /** Who leads now: asks until it is one. On a machine that is busy leaders change by themselves. */
  async leader() {
    for (let time = 0; time < LOOKS; time++) {
      this.forget('who')
      for (const { actor } of this.members) actor.send({ type: 'who' })
      const told = await Promise.all(this.members.map(({ actor }) => actor.next('who')))
      for (const [at, { id }] of told.entries()) this.members[at].id = id
      const leading = this.members.filter((_, at) => told[at].leads)
      if (leading.length === 1) return leading[0]
      await pause(LOOK_MS)
    }
    throw new Error('nobody leads, or more than one')
  }

  /** When each heard of the one that leads next after somebody: `{ id, at, epoch, term }` of each. */
  async nextLeader(previous) {
    const others = this.members.filter(({ id }) => previous === undefined || id !== previous)
    const next = ({ actor }, fits) => actor.next('leader', fits, PATIENCE_MS)
    const heard = await Promise.all(others.map((other) => next(other, ({ id }) => id !== previous)))
    for (;;) {
      const newest = heard.reduce((one, other) => (other.epoch > one.epoch ? other : one))
      const late = heard.findIndex(({ id }) => id !== newest.id)
      if (late === -1) return heard
      // Not all have heard of the first one before there was another.
      heard[late] = await next(others[late], ({ epoch }) => epoch >= newest.epoch)
    }
  }

  /** Throws unless all their sockets are locked as they should be. */
  proveLocks() {
    return this.#processes.proveLocks(this.members.map(({ actor }) => actor))
  }

  without(member) {
    this.members = this.members.filter((each) => each !== member)
  }

  async close() {
    await Promise.all(this.members.map(({ actor }) => actor.stop()))
  }
}

export function pause(ms) {
  return new Promise((done) => setTimeout(done, ms))
}
