// The group of a measurement: so many actors of one app, each a process, who leads them, and how to wait for
// what they tell.

import { now } from '../../processes.mjs'

const PATIENCE_MS = 60_000

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

  /** When each heard of the leader that comes next after somebody: `{ id, at, epoch, term }` of each. */
  async nextLeader(previous) {
    const others = this.members.filter(({ id }) => previous === undefined || id !== previous)
    const isNew = ({ id }) => id !== previous
    const heard = await Promise.all(others.map(({ actor }) => actor.next('leader', isNew, PATIENCE_MS)))
    const newest = heard.at(-1)?.id
    if (heard.some(({ id }) => id !== newest)) throw new Error('the survivors name different leaders')
    return heard
  }

  /** Throws unless all their sockets are locked as they should be. */
  proveLocks() {
    return this.#processes.proveLocks(this.members.map(({ actor }) => actor))
  }

  byId(id) {
    return this.members.find((member) => member.id === id)
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
