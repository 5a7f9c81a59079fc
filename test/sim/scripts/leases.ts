/** Scripts of words and leases: never two that act. */
import { CLOCK_RATE_ERROR, timings } from '../../../groups/timing.js'
import { formed, type Script } from './script.js'
import { Stage } from './stage.js'

/** Who granted a lease that is in force dies, and another is born in its place at once. */
const rebornGranters: Script = {
  name: 'those who are born in the seats of granters wait until the lease is over',
  run: (tell) => {
    const stage = new Stage({ quorum: 2, seats: 3, ...(tell ? { tell } : {}) })
    formed(stage, 'a', 'b', 'c')
    stage.until('a leads', () => stage.leader === 'a')
    stage.run(50)
    stage.part('a')
    stage.kill('b', 'c')
    stage.run(20)
    stage.start('b', 'c')
    stage.expect('a acts still', stage.acts('a'))
    stage.until('a acts no more', () => !stage.acts('a'))
    stage.until('the others have a leader', () => stage.leader !== undefined)
    stage.expect('it is not a', stage.leader !== 'a')
  },
}

/** The answers to beats of before reach a leader that was suspended. */
const lateAnswers: Script = {
  name: 'answers of before its sleep give a leader no lease',
  run: (tell) => {
    const stage = new Stage({ quorum: 2, seats: 3, ...(tell ? { tell } : {}) })
    formed(stage, 'a', 'b', 'c')
    stage.until('a leads', () => stage.leader === 'a')
    stage.keep('answers', ({ kind, to }) => kind === 'beat-answer' && to === 'a')
    stage.run(250)
    stage.suspend('a')
    stage.until('another leads', () => stage.leader === 'b' || stage.leader === 'c')
    stage.part('a', 'bc')
    stage.wake('a')
    stage.mend()
    stage.deliver('answers')
    stage.run(1)
    stage.expect('a does not act', !stage.acts('a'))
    stage.run(2000)
  },
}

/** The leader's clock is as slow as may be, those of the others as fast, and one asks at every moment. */
const wordAtItsBound: Script = {
  name: 'a word as short as may be outlasts a lease, whatever the clocks do',
  run: (tell) => {
    const [slow, fast] = [1 - CLOCK_RATE_ERROR, 1 + CLOCK_RATE_ERROR]
    const word = timings.lan.lease * (fast / slow) + 1
    const clocks = { a: { rate: slow }, b: { rate: fast }, c: { rate: fast } }
    for (let offsetMs = 0; offsetMs < 600; offsetMs += 4) {
      const timing = { ...timings.lan, word }
      const stage = new Stage({ quorum: 2, seats: 3, timing, clocks, ...(tell ? { tell } : {}) })
      formed(stage, 'a', 'b', 'c')
      stage.until('a leads', () => stage.leader === 'a')
      // c hears nothing of a, and asks b again and again.
      stage.part('a', 'c')
      stage.run(700 + offsetMs)
      stage.part('a')
      stage.until('another leads', () => stage.leader === 'b' || stage.leader === 'c')
    }
  },
}

/** A release is of a ballot, and of none above it, however late it is heard of. */
const oldRelease: Script = {
  name: 'a release of an old ballot frees no word of a newer one',
  run: (tell) => {
    const stage = new Stage({ quorum: 2, seats: 3, ...(tell ? { tell } : {}) })
    formed(stage, 'a', 'b', 'c')
    stage.until('a leads', () => stage.leader === 'a')
    stage.run(200)
    stage.keep('the release', ({ kind, from, to }) => kind === 'tell' && from === 'a' && to === 'c')
    stage.handOver('a')
    stage.until('b leads', () => stage.leader === 'b')
    stage.run(200)
    stage.handOver('b')
    stage.until('a leads again', () => stage.leader === 'a')
    stage.run(200)
    // b hears a no more, and asks c for its vote, again and again.
    stage.part('a', 'b')
    stage.deliver('the release')
    stage.run(4000)
    stage.expect('a leads still', stage.leader === 'a')
  },
}

/** A leader that hears nobody has no lease, and must not keep the others from electing. */
const deafLeader: Script = {
  name: 'a leader that hears nobody steps down, and another is elected',
  run: (tell) => {
    const stage = new Stage({ quorum: 2, seats: 3, ...(tell ? { tell } : {}) })
    formed(stage, 'a', 'b', 'c')
    stage.until('a leads', () => stage.leader === 'a')
    stage.deafen('a')
    const { checkQuorum, electionMax } = timings.lan
    stage.run(checkQuorum + 5)
    stage.expect('a leads no more', !stage.core('a').isLeading)
    stage.run(electionMax + 50)
    stage.expect('another leads', stage.leader === 'b' || stage.leader === 'c')
  },
}

export const leaseScripts: readonly Script[] = [
  rebornGranters,
  lateAnswers,
  wordAtItsBound,
  oldRelease,
  deafLeader,
]
