// A flood of group messages that is held to what the slowest member has handled: each tells how far it is,
// and the sender is never more than a window ahead.

import { now, tell } from './channel.mjs'

const WINDOW = 32_768
const ACK_EVERY = 8192
const A_TURN = 256

export class Flood {
  #group
  #text
  #taken = new Map()
  #acknowledged = new Map()
  #running

  constructor(group, text) {
    this.#group = group
    this.#text = text
  }

  /** Sends for so long, and tells how many went out; members tell what they took when it is over. */
  run({ ms }) {
    this.#acknowledged.clear()
    this.#running = { sent: 0, endAt: now() + ms, begunAt: now() }
    this.#turn()
  }

  took(from) {
    const count = (this.#taken.get(from) ?? 0) + 1
    this.#taken.set(from, count)
    if (count % ACK_EVERY === 0) this.#group.send({ what: 'ack', number: count, text: from })
  }

  ended(from) {
    tell({ type: 'taken', from, count: this.#taken.get(from) ?? 0, at: now() })
    this.#taken.delete(from)
  }

  /** Somebody has taken so many of this flood. */
  acknowledged(from, number) {
    this.#acknowledged.set(from, number)
  }

  #turn() {
    const flood = this.#running
    // It gets its own messages, and acknowledges them, too.
    const isHeard = this.#acknowledged.size === this.#group.members.length
    const slowest = isHeard ? Math.min(...this.#acknowledged.values()) : 0
    for (let n = 0; n < A_TURN && flood.sent - slowest < WINDOW; n++) {
      this.#group.send({ what: 'flood', number: flood.sent++, text: this.#text })
    }
    if (now() < flood.endAt) {
      setImmediate(() => this.#turn())
      return
    }
    this.#group.send({ what: 'end', number: flood.sent, text: '' })
    tell({ type: 'flooded', sent: flood.sent, begunAt: flood.begunAt })
  }
}
