/** Scripts of logs: what is decided, and what only seems to be. */
import type { Entry } from '../../../groups/entries.js'
import { groupLimits } from '../../../groups/limits.js'
import { formed, type Script } from './script.js'
import { type Sent, Stage } from './stage.js'

/** More entries than go with one beat. */
const LARGE = groupLimits.requestBytes / 2
const many = (2 * groupLimits.entryBytesPerBeat) / LARGE

function carries({ body }: Sent, kind: Entry['body']['kind']): boolean {
  return body.kind === 'beat' && body.entries.some((entry) => entry.body.kind === kind)
}

/** Raft, figure 8: an entry of an old ballot that a quorum holds may still be replaced. */
const figure8: Script = {
  name: 'an old entry that a quorum holds is not decided yet',
  run: (tell) => {
    const stage = new Stage({ quorum: 3, seats: 5, ...(tell ? { tell } : {}) })
    formed(stage, 'a', 'b', 'c', 'd', 'e')
    stage.expect('a leads', stage.leader === 'a')
    const place = stage.core('a').log.last.index + 1

    // a appends entries that only b gets.
    stage.part('a', 'cde')
    for (let n = 0; n < many; n++)
      stage.request('a', { kind: 'ordered', payload: new Uint8Array(LARGE).fill(n + 1) })
    stage.run(20)
    stage.expect('b holds them', stage.core('b').log.last.index === place + many - 1)

    // c is elected by d and e, and appends another at the same place, which nobody gets.
    stage.part('ab', 'cde')
    stage.keep('entries of c', (sent) => sent.from === 'c' && sent.kind === 'beat')
    stage.until('c leads', () => stage.leader === 'c')
    stage.expect('its log goes as far', stage.core('c').log.last.index === place)
    stage.mend()
    stage.part('c')

    // a is elected again. Most of its old entries reach d and e, its new one nobody.
    stage.keep('what a appends now', (sent) => sent.from === 'a' && carries(sent, 'begin'))
    stage.until('a leads again', () => stage.leader === 'a')
    stage.until('d and e hold old entries', () =>
      ['d', 'e'].every((name) => stage.core(name).log.last.index >= place),
    )
    stage.run(10)
    stage.expect('that decides nothing', stage.core('a').log.commit.index < place)

    // c is elected once more, for its log has the later entry, and replaces the other.
    stage.mend()
    stage.part('ab', 'cde')
    stage.drop('entries of c')
    stage.until('c leads again', () => stage.leader === 'c')
    stage.run(500)
    const entry = stage.core('d').log.entry(place)
    stage.expect('d has the entry of c', entry?.body.kind === 'begin')
    stage.drop('what a appends now')
    stage.mend()
    stage.run(3000)
    stage.expect('a has it, too', stage.core('a').log.entry(place)?.body.kind === 'begin')
  },
}

/** An outcome that only one member heard, of a quorum of which another died: `unknown` to all the others. */
const cutOffOutcome: Script = {
  name: 'an outcome that one member heard, and then was cut off, is unknown to the next formation',
  run: (tell) => {
    const stage = new Stage({ quorum: 2, seats: 3, ...(tell ? { tell } : {}) })
    formed(stage, 'a', 'b', 'c')
    const poll = { kind: 'poll', decidedBy: 'majority', timeoutMs: 1000, actAt: undefined } as const
    stage.part('c')
    stage.keep(
      'what is decided',
      ({ from, body }) => from === 'a' && body.kind === 'beat' && body.number === 0,
    )
    stage.request('a', { ...poll, topic: new Uint8Array([1]) })
    stage.until('a hears an outcome', () => stage.core('a').ledger.ended.size > 0)

    // a is cut off, b dies before it hears, and another takes its seat.
    stage.mend()
    stage.part('a')
    stage.kill('b')
    stage.run(1)
    stage.start('b')
    stage.until('c and the new b form', () => stage.leader !== undefined && !stage.acts('a'))
    stage.expect('they know of no poll', stage.core('c').ledger.ended.size === 0)

    stage.drop('what is decided')
    stage.mend()
    stage.until('a is one of them', () => stage.core('c').log.members.includes(stage.id('a')))
    stage.run(1000)
    stage.expect('a was told that its history is lost', stage.count('history-lost') > 0)
    stage.expect('nobody heard another outcome', stage.core('a').ledger.ended.size === 0)
  },
}

/** What a leader appended when it was cut off is not decided by a formation that it founds later. */
const uncommitted: Script = {
  name: 'what only its founder holds of an old formation is not decided in the new one',
  run: (tell) => {
    const stage = new Stage({ quorum: 2, seats: 3, ...(tell ? { tell } : {}) })
    formed(stage, 'a', 'b', 'c')
    stage.until('a leads', () => stage.leader === 'a')
    const place = stage.core('a').log.last.index + 1
    stage.part('a')
    stage.request('a', { kind: 'ordered', payload: new Uint8Array([1]) })
    stage.run(5)
    stage.expect('a appended it', stage.core('a').log.last.index === place)
    stage.until('b decides something else', () => stage.core('b').log.commit.index >= place)

    // c dies, b is cut off, and another in the place of c knows of nothing.
    stage.kill('c')
    stage.mend()
    stage.part('b')
    stage.start('c')
    stage.until('a and the new c form', () => stage.leader === 'a')
    stage.run(500)
    stage.expect('it begins where a knew all', stage.core('a').log.entry(place)?.body.kind === 'genesis')
    stage.mend()
    stage.until('b is one of them', () => stage.core('a').log.members.includes(stage.id('b')))
    stage.run(500)
    stage.expect('b was told that its history is lost', stage.count('history-lost') > 0)
  },
}

/** A member that is silent, and alive, is left out for a newcomer; it returns under its id, with its log. */
const wrongRemoval: Script = {
  name: 'a member that was left out wrongly returns as who it was',
  run: (tell) => {
    const stage = new Stage({ quorum: 3, seats: 5, ...(tell ? { tell } : {}) })
    formed(stage, 'a', 'b', 'c', 'd', 'e')
    const [lost, genesis] = [stage.id('e'), stage.core('a').log.genesis]
    stage.part('e')
    stage.run(1000)
    stage.kill('d')
    stage.start('d')
    stage.until('e is left out', () => !stage.core('a').log.members.includes(lost))
    stage.until('the new d is in', () => stage.core('a').log.members.includes(stage.id('d')))
    stage.mend()
    stage.until('e is back', () => stage.core('a').log.members.includes(lost))
    stage.run(500)
    stage.expect('it is the same formation', stage.core('e').log.genesis.epoch === genesis.epoch)
    stage.expect('e lost nothing', stage.count('history-lost') === 0)
  },
}

export const logScripts: readonly Script[] = [figure8, cutOffOutcome, uncommitted, wrongRemoval]
