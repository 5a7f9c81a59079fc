/** Scripts of formations: their numbers, and what is left of those that failed. */
import { compareBallots, isSameBallot } from '../../../groups/ballot.js'
import { timings } from '../../../groups/timing.js'
import { Violation } from '../checkers/violation.js'
import { formed, type Script } from './script.js'
import { Stage } from './stage.js'

/** Votes that come after the lease would have ended make no leader. */
const staleMajority: Script = {
  name: 'a majority that comes too late is none',
  run: (tell) => {
    const stage = new Stage({ quorum: 2, seats: 3, ...(tell ? { tell } : {}) })
    stage.part('a', 'b')
    stage.keep('votes for b', ({ kind, to }) => kind === 'vote-answer' && to === 'b')
    stage.start('b', 'c')
    stage.until('c has voted for b', () => stage.core('c').promised.epoch > 0)
    // When the word of c is over, a forms with it; b waits for its votes still.
    stage.start('a')
    stage.until('a leads', () => stage.leader === 'a')
    const { epoch } = stage.core('a').log.genesis
    stage.deliver('votes for b')
    stage.expect('b does not lead', !stage.core('b').isLeading)
    stage.mend()
    stage.run(2000)
    stage.expect('it has followed', stage.core('b').log.genesis.epoch === epoch)
  },
}

/** A new formation was asked for, and failed; the old one goes on above its number. */
const failedForming: Script = {
  name: 'an old formation goes on above the number of one that failed',
  run: (tell) => {
    const stage = new Stage({ quorum: 2, seats: 3, ...(tell ? { tell } : {}) })
    formed(stage, 'a', 'b', 'c')
    stage.until('a leads', () => stage.leader === 'a')
    const genesis = stage.core('a').log.genesis
    // c dies, and the one in its place reaches only b, which has lost a.
    stage.kill('c')
    stage.part('a')
    stage.start('c')
    stage.keep('votes', ({ kind, to }) => kind === 'vote-answer' && to === 'b')
    stage.until('b gives its formation up', () => stage.core('b').promised.epoch > genesis.epoch)
    const tried = stage.core('b').promised
    stage.run(1)
    stage.part('c')
    stage.drop('votes')
    stage.mend()
    stage.part('c')
    stage.until('a or b leads', () => stage.leader !== undefined)
    const { log } = stage.core('a')
    stage.expect('it is the old formation', isSameBallot(log.genesis, genesis))
    stage.expect('it is above', compareBallots(log.last.ballot, tried) > 0)
    stage.mend()
    stage.until('the new c is a member', () => stage.core('a').log.members.includes(stage.id('c')))
  },
}

/** All die, and their clocks go back. With the epoch remembered, tokens grow; without, nobody can know. */
const clocksGoBack: Script = {
  name: 'tokens grow over a restart with clocks that went back, if the epoch is remembered',
  run: (tell) => {
    const restart = (isRemembered: boolean): void => {
      const stage = new Stage({ quorum: 2, seats: 3, ...(tell ? { tell } : {}) })
      formed(stage, 'a', 'b', 'c')
      stage.until('a leads', () => stage.leader === 'a')
      const { epoch } = stage.core('a').log.genesis
      stage.kill('a', 'b', 'c')
      for (const name of ['a', 'b', 'c']) stage.setWallClock(name, -3_600_000)
      stage.start('a', 'b', 'c')
      if (isRemembered) stage.remind('b', epoch)
      stage.until('somebody leads again', () => stage.leader !== undefined)
    }
    restart(true)
    const found = violationOf(() => restart(false))
    if (!['token', 'formation'].includes(found ?? '')) throw new Error('the checkers do not see a token fall')
  },
}

/**
 * A formation dies as soon as it is there. Who asked meanwhile, because it lost its leader long ago and
 * does not know it dead, gets an answer when that is long ago.
 */
const lateAnswers: Script = {
  name: 'an epoch is never drawn from clocks as they were long ago',
  run: (tell) => {
    const [ahead, behind] = [{ wallOffsetMs: 200 }, { wallOffsetMs: -200 }]
    const clocks = { a: ahead, b: ahead, d: ahead, c: behind, e: behind }
    const stage = new Stage({ quorum: 3, seats: 5, clocks, ...(tell ? { tell } : {}) })
    stage.start('a', 'c', 'e')
    stage.until('all have a leader', () => ['c', 'e'].every((name) => stage.core(name).leader !== undefined))
    stage.part('ce')
    stage.kill('a')
    stage.run(timings.lan.grace)
    stage.keep('a question of c', ({ kind, from }) => kind === 'pre' && from === 'c')
    stage.until('c asks', () => stage.hasKept('a question of c'))
    stage.drop('a question of c')
    // So that it asks again just after a has led.
    stage.run(50)
    stage.start('a', 'b', 'd')
    stage.until('a leads', () => stage.leader === 'a')
    stage.kill('a', 'b', 'd')
    stage.start('a')
    stage.mend()
    stage.keep('what c asks', ({ kind, from, to }) => kind === 'pre' && from === 'c' && to === 'a')
    stage.keep('what a asks', ({ kind, from }) => kind === 'pre' && from === 'a')
    stage.until('c asks', () => stage.hasKept('what c asks'))
    stage.run(timings.lan.word)
    stage.deliver('what c asks')
    stage.run(100)
    stage.drop('what a asks')
    stage.until('there is a leader', () => stage.leader !== undefined)
  },
}

/** A consensus with a silent observer runs out; one who is born meanwhile has no vote. */
const silentObserver: Script = {
  name: 'a consensus with a silent observer runs out',
  run: (tell) => {
    const stage = new Stage({ quorum: 2, seats: 3, observers: 1, ...(tell ? { tell } : {}) })
    formed(stage, 'a', 'b', 'c')
    stage.start('d')
    stage.until('d observes', () => stage.core('a').log.observers.includes(stage.id('d')))
    stage.run(200)
    stage.part('d')
    const poll = { kind: 'poll', decidedBy: 'consensus', timeoutMs: 1000, actAt: undefined } as const
    stage.request('a', { ...poll, topic: new Uint8Array([1]) })
    stage.run(300)
    // The one in the place of c has no vote, and that of c is lost with it, or counts.
    stage.kill('c')
    stage.start('c')
    stage.run(500)
    stage.expect('it is open', stage.core('a').ledger.polls.size === 1)
    stage.run(500)
    const [ended] = stage.core('b').ledger.ended.values()
    stage.expect('it ran out', ended?.outcome === 'timeout')
  },
}

/** A poll is opened before one of its voters has heard of the formation that it belongs to. */
const pollAtTheBeginning: Script = {
  name: 'a poll is one for who hears of it together with its formation',
  run: (tell) => {
    const stage = new Stage({ quorum: 2, seats: 3, ...(tell ? { tell } : {}) })
    stage.keep('beats to c', ({ kind, to }) => kind === 'beat' && to === 'c')
    stage.start('a', 'b', 'c')
    stage.until('a leads, with c', () => stage.core('a').log.members.length === 3 && stage.leader === 'a')
    stage.run(5)
    const poll = { kind: 'poll', decidedBy: 'consensus', timeoutMs: 1000, actAt: undefined } as const
    stage.request('a', { ...poll, topic: new Uint8Array([1]) })
    stage.run(5)
    stage.expect('a and b have begun', stage.core('b').log.commit.index > 0)
    stage.expect('c knows of nothing', stage.core('c').log.isEmpty)
    stage.drop('beats to c')
    stage.until('c has heard how it ended', () => stage.core('c').ledger.ended.size > 0)
    const [ended] = stage.core('c').ledger.ended.values()
    stage.expect('all have voted', ended?.outcome === 'yes')
  },
}

function violationOf(run: () => void): string | undefined {
  try {
    run()
    return undefined
  } catch (error) {
    if (error instanceof Violation) return error.checker
    throw error
  }
}

export const formationScripts: readonly Script[] = [
  staleMajority,
  failedForming,
  clocksGoBack,
  lateAnswers,
  silentObserver,
  pollAtTheBeginning,
]
