/** Scripts of grants: whose lease they back, and which formation that belongs to. */
import type { Script } from './script.js'
import { Stage } from './stage.js'

/**
 * d is of the first members, and never gets their log: without one it is willing to begin another formation,
 * bound by no beat. If its grant backed the lease of a, then a could take in one that is born in the place of
 * a voter of c, and be elected again with it, below the formation that c has won meanwhile.
 */
const withoutTheLog: Script = {
  name: 'who has nothing of the log of a leader backs no lease of it',
  run: (tell) => {
    const stage = new Stage({ quorum: 3, seats: 5, ...(tell ? { tell } : {}) })
    stage.keep('the log', ({ body, to }) => body.kind === 'beat' && to === 'd' && body.entries.length > 0)
    stage.start('a', 'b', 'd', 'e')
    stage.until('a leads', () => stage.leader === 'a')
    stage.keep('a call', ({ kind, to }) => kind === 'lead' && to === 'b')
    stage.until('a calls', () => stage.hasKept('a call'))
    stage.drop('a call')
    // It calls at every fifth heartbeat; the rest is told by the time since.
    const calledMs = stage.nowMs
    const goTo = (ms: number): void => stage.run(calledMs + ms - stage.nowMs)
    goTo(190)
    stage.part('c', 'ab')
    stage.start('c')
    goTo(205)
    stage.keep('beats', ({ kind, to }) => kind === 'beat' && to === 'd')
    stage.kill('e')
    stage.part('e', 'ab')
    stage.keep('what e asks', ({ kind, from, to }) => kind === 'pre' && from === 'e' && to === 'd')
    stage.start('e')
    // When the word of d is over, it would vote for c. Then it hears beats of before.
    stage.keep('the answer of e', ({ kind, from, to }) => kind === 'pre-answer' && from === 'e' && to === 'c')
    stage.until('c inquires', () => stage.hasKept('the answer of e'))
    stage.run(2)
    stage.keep('later beats', ({ kind, to }) => kind === 'beat' && to === 'd')
    stage.deliver('beats')
    // c asks for votes; e gives its own, and dies. The one in its place hears a, which leads or does not.
    goTo(880)
    stage.keep('what c asks d', ({ kind, to }) => kind === 'vote' && to === 'd')
    stage.deliver('the answer of e')
    stage.run(3)
    stage.kill('e')
    stage.mend()
    stage.part('cd', 'abe')
    stage.start('e')
    // d votes when its word would be over, if it had given one.
    goTo(1336)
    stage.deliver('what c asks d')
    stage.run(2)
    stage.expect('c leads', stage.core('c').isLeading)
    stage.run(3000)
    for (const kept of ['the log', 'later beats', 'what e asks']) stage.drop(kept)
    stage.mend()
    stage.run(3000)
    const genesis = ['a', 'b', 'c', 'd', 'e'].map((name) => stage.core(name).log.genesis.epoch)
    stage.expect('they are one formation', new Set(genesis).size === 1)
  },
}

export const grantScripts: readonly Script[] = [withoutTheLog]
