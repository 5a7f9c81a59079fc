/** Scripts of actions: at one moment, at all who know of them in time, whatever happens until then. */
import { formed, type Script } from './script.js'
import { Stage } from './stage.js'

/** The leader that it was agreed with is gone when its moment comes. */
const leaderGone: Script = {
  name: 'an agreed action keeps its moment when the leader dies before it',
  run: (tell) => {
    const clocks = { b: { rate: 1 + 9e-5 }, c: { rate: 1 - 9e-5 } }
    const stage = new Stage({ quorum: 2, seats: 3, clocks, ...(tell ? { tell } : {}) })
    formed(stage, 'a', 'b', 'c')
    stage.until('a leads', () => stage.leader === 'a')
    stage.run(500)
    const atMs = stage.groupMs('a') + 3000
    stage.requestAction('a', atMs)
    stage.run(300)
    stage.expect('it is agreed', stage.count('actions agreed') === 1)
    stage.kill('a')
    stage.until('another leads', () => stage.leader === 'b' || stage.leader === 'c')
    stage.expect('nobody has acted', stage.count('actions acted') === 0)
    stage.until('its moment comes', () => stage.groupMs('b') >= atMs + 5)
    stage.expect('b and c have acted', stage.count('actions acted') === 2)
  },
}

/** An action is heard of too late, with a snapshot, and after it with another one. */
const heardLate: Script = {
  name: 'an action that is heard of too late is missed no more than once',
  run: (tell) => {
    const stage = new Stage({ quorum: 2, seats: 3, keptEntries: 1, ...(tell ? { tell } : {}) })
    formed(stage, 'a', 'b', 'c')
    stage.until('a leads', () => stage.leader === 'a')
    stage.run(500)
    for (const part of [1, 2]) {
      stage.part('c')
      if (part === 1) stage.requestAction('a', stage.groupMs('a') + 300)
      stage.run(500)
      for (let n = 0; n < 10; n++) stage.request('a', { kind: 'ordered', payload: new Uint8Array([part, n]) })
      stage.run(500)
      stage.expect('a and b have acted', stage.count('actions acted') === 2)
      stage.mend()
      stage.until('c installs a snapshot', () => stage.count('installed') === part)
      stage.run(300)
      stage.expect('c has missed it', stage.count('actions missed') === 1)
    }
  },
}

/** A machine stands still when the moment of an action comes; by its clock that is yet to come, soon. */
const asleep: Script = {
  name: 'who stood still over the moment of an action misses it',
  run: (tell) => {
    const stage = new Stage({ quorum: 2, seats: 3, ...(tell ? { tell } : {}) })
    formed(stage, 'a', 'b', 'c')
    stage.until('a leads', () => stage.leader === 'a')
    stage.run(500)
    stage.requestAction('a', stage.groupMs('a') + 1000)
    stage.run(998)
    stage.suspend('c')
    stage.run(800)
    stage.expect('a and b have acted', stage.count('actions acted') === 2)
    stage.wake('c')
    stage.run(1000)
    stage.expect('c has missed it', stage.count('actions missed') === 1)
    stage.expect('nobody else has acted', stage.count('actions acted') === 2)
  },
}

/** A machine stood still, and leads before it has measured a leader: it begins another clock. */
const newClock: Script = {
  name: 'an action that was agreed by one clock is never run by another',
  run: (tell) => {
    const clocks = { b: { wallOffsetMs: 200 } }
    const stage = new Stage({ quorum: 2, seats: 3, clocks, ...(tell ? { tell } : {}) })
    formed(stage, 'a', 'b', 'c')
    stage.until('a leads', () => stage.leader === 'a')
    stage.run(500)
    const atMs = stage.groupMs('a') + 5000
    stage.requestAction('a', atMs)
    stage.run(300)
    stage.suspend('b')
    stage.run(1000)
    stage.kill('a')
    stage.wake('b')
    stage.until('b leads', () => stage.leader === 'b')
    stage.expect('b has missed it', stage.count('actions missed') === 1)
    stage.expect('nobody has acted', stage.count('actions acted') === 0)
    stage.run(500)
    stage.requestAction('c', stage.groupMs('c') + 1000)
    stage.run(6000)
    stage.expect('c has acted twice, and b once', stage.count('actions acted') === 3)
    stage.expect('nobody has missed another', stage.count('actions missed') === 1)
  },
}

/** Its moment is past, or so near that nobody can agree before it. */
const tooLate: Script = {
  name: 'an action that is not agreed before its moment is none',
  run: (tell) => {
    const stage = new Stage({ quorum: 2, seats: 3, ...(tell ? { tell } : {}) })
    formed(stage, 'a', 'b', 'c')
    stage.until('a leads', () => stage.leader === 'a')
    stage.run(500)
    for (const inMs of [-1000, -1, 0, 1]) stage.requestAction('c', stage.groupMs('c') + inMs)
    stage.run(2000)
    stage.expect('none is agreed', stage.count('actions agreed') === 0)
    stage.expect('nobody acts', stage.count('actions acted') === 0)
    stage.expect('none is open', stage.core('a').ledger.polls.size === 0)
  },
}

export const actionScripts: readonly Script[] = [leaderGone, heardLate, asleep, newClock, tooLate]
