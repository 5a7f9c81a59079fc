// The app of the group benches: members of one group that tell the bench whom they follow, and when, and do
// what it says: send as the leader at a rate, flood, talk to the leader, and vote.

import { actor, app, Component, group, message, string } from 'quorate'
import { z } from 'zod'
import { now, onTold, tell } from './channel.mjs'
import { Flood } from './flood.mjs'

const Note = message('Note', z.object({ what: z.string(), number: z.number(), text: z.string() }))
const groups = {
  Lan: group({ quorum: 3, using: Note }),
  Fast: group({ quorum: 3, using: Note, timing: 'lan-fast' }),
  Three: group({ quorum: 2, using: Note }),
}
/** 100 bytes on the wire, about. */
const TEXT = 'x'.repeat(70)

class Member extends Component {
  #group
  #gap = { last: undefined, largest: 0 }
  #flood
  #trip
  #ticker
  /** How polls ended, and when this was told: a message to the bench for each would be what is measured. */
  #results = []

  async onActivate() {
    onTold('traffic', ({ rate }) => this.#send(rate))
    onTold('watch', () => {
      this.#gap = { last: now(), largest: 0 }
      tell({ type: 'watching' })
    })
    onTold('gap', () => tell({ type: 'gap', ms: Math.max(this.#gap.largest, now() - this.#gap.last) }))
    onTold('flood', (task) => this.#flood.run(task))
    onTold('trips', (task) => this.#trips(task))
    onTold('polls', (task) => this.#polls(task))
    onTold('action', (task) => this.#action(task))
    onTold('results', () => tell({ type: 'results', results: this.#results.splice(0) }))
    onTold('who', () => tell({ type: 'who', id: this.#group.id, leads: this.#group.isLeader }))
    onTold('hand-over', () => this.#group.transferLeadership())
    this.#group = await this.joinGroup(groups[this.params.group], 'bench')
    this.#flood = new Flood(this.#group, TEXT)
    tell({ type: 'joined', id: this.#group.id, at: now() })
    this.#tellSize()
  }

  onLeaderElected(group, leader) {
    const { epoch, term } = group
    tell({ type: 'leader', id: leader.id, isSelf: leader.isSelf, epoch, term, at: now() })
  }

  onLeaderExited(_, leader) {
    tell({ type: 'exited', id: leader.id, at: now() })
  }

  onMemberJoined() {
    this.#tellSize()
  }

  onMemberLeft() {
    this.#tellSize()
  }

  onGroupMessage(group, note, from) {
    if (note.what === 'beat') this.#beat()
    else if (note.what === 'flood') this.#flood.took(from.id)
    else if (note.what === 'end') this.#flood.ended(from.id)
    else if (note.what === 'ack' && note.text === group.id) this.#flood.acknowledged(from.id, note.number)
  }

  onMessageToLeader(group, note, from) {
    void group.sendToMember(from, note)
  }

  onMessageFromLeader(_, note) {
    this.#trip?.(note)
  }

  onVoteRequest() {
    return true
  }

  onActionVoteRequest() {
    return true
  }

  onVoteResult(_, result) {
    this.#results.push({ id: result.id, at: now() })
  }

  onAction(_, action) {
    tell({ type: 'acted', action, at: now() })
  }

  onActionMissed(_, action) {
    tell({ type: 'acted', action, isMissed: true })
  }

  #tellSize() {
    if (this.#group) tell({ type: 'size', size: this.#group.size, at: now() })
  }

  #beat() {
    const at = now()
    if (this.#gap.last !== undefined) this.#gap.largest = Math.max(this.#gap.largest, at - this.#gap.last)
    this.#gap.last = at
  }

  /** While it leads, so many messages a second to all, spread over the milliseconds. */
  #send(rate) {
    clearInterval(this.#ticker)
    let sent = 0
    let since = now()
    this.#ticker = setInterval(() => {
      if (!this.#group?.isLeader) {
        sent = 0
        since = now()
        return
      }
      const due = Math.floor(((now() - since) * rate) / 1000)
      for (; sent < due; sent++) this.#group.send({ what: 'beat', number: sent, text: TEXT })
    }, 1)
  }

  async #trips({ trips, warm }) {
    const us = []
    for (let number = 0; number < warm + trips; number++) {
      const begun = now()
      const back = new Promise((resolve) => {
        this.#trip = resolve
      })
      await this.#group.sendToLeader({ what: 'trip', number, text: TEXT })
      const note = await back
      if (note.number !== number) throw new Error(`sent ${number}, got ${note.number}`)
      if (number >= warm) us.push((now() - begun) * 1000)
    }
    tell({ type: 'tripped', us })
  }

  async #polls({ count, inFlight }) {
    const asked = []
    const begun = now()
    const ask = async () => {
      while (asked.length < count) {
        const poll = { at: now() }
        asked.push(poll)
        const result = await this.#group.requestVote('bench', { kind: 'majority', timeout: 5000 })
        Object.assign(poll, { id: result.id, outcome: result.outcome, tookMs: now() - poll.at })
      }
    }
    await Promise.all(Array.from({ length: inFlight }, ask))
    tell({ type: 'polled', asked, perSecond: (count * 1000) / (now() - begun) })
  }

  async #action({ number, aheadMs }) {
    const at = this.#group.clock.now() + aheadMs
    const options = { kind: 'majority', timeout: aheadMs }
    const { outcome } = await this.#group.requestActionVote({ number }, at, options)
    tell({ type: 'voted', number, outcome })
  }
}

// biome-ignore lint/style/noDefaultExport: an app file exports its app as default.
export default app('bench-group', {
  groups,
  actors: {
    Member: actor({
      params: { group: string('Lan') },
      components: ({ group: type }) => ({ member: [Member, { group: type }] }),
    }),
  },
})
