import { expect } from 'chai'
import { factsIn, type ProcessFacts, type ProcessTable } from '../../../../groups/host/process-table.js'
import { identity, isGone, untilGone } from '../../../../groups/host/witness.js'
import { rejectionOf } from '../../../rejection.js'

const here = { bootId: 'boot', pidNamespace: 'pid:[1]', timeNamespace: 'time:[1]', netNamespace: 'net:[1]' }
const suspect = { ...here, pid: 77, startTicks: 500 }
const running: ProcessFacts = { state: 'S', threads: 11, startTicks: 500 }

/** A table in which the process is as told. */
function table(
  facts: ProcessFacts | undefined,
  exists: boolean | undefined = facts !== undefined,
): ProcessTable {
  return { whereabouts: () => here, exists: () => exists, facts: () => facts }
}

describe('the witness of a host', () => {
  it('says that a process is alive while it is listed, whatever it does', () => {
    for (const state of ['R', 'S', 'D', 'T', 't', 'I']) {
      expect(isGone(suspect, table({ ...running, state })), state).to.equal('alive')
    }
  })

  it('says that it is gone where there is none of its number', () => {
    expect(isGone(suspect, table(undefined))).to.equal('gone')
  })

  it('says that it is gone where its number was given to one that started at another time', () => {
    expect(isGone(suspect, table({ ...running, startTicks: 501 }))).to.equal('gone')
    expect(isGone(suspect, table({ ...running, startTicks: 499 }))).to.equal('gone')
  })

  it('says that one that waits for its parent to take notice is gone: it acts no more', () => {
    expect(isGone(suspect, table({ ...running, state: 'Z', threads: 1 }))).to.equal('gone')
    expect(isGone(suspect, table({ ...running, state: 'X', threads: 0 }))).to.equal('gone')
  })

  it('says that one is alive whose first thread has ended, and others have not', () => {
    expect(isGone(suspect, table({ ...running, state: 'Z', threads: 2 }))).to.equal('alive')
  })

  it('knows nothing of a process that is hidden from it', () => {
    expect(isGone(suspect, table(undefined, true))).to.equal('unknown')
    for (const facts of [undefined, running]) {
      const silent = { ...table(facts), exists: () => undefined }
      expect(isGone(suspect, silent)).to.equal('unknown')
    }
  })

  it('says that it is gone where it ends between two questions', () => {
    const answers = [true, false]
    const ending: ProcessTable = { ...table(undefined), exists: () => answers.shift() }
    expect(isGone(suspect, ending)).to.equal('gone')
  })

  it('knows nothing of processes of another boot, or namespace of process ids or of time', () => {
    for (const other of [{ bootId: 'x' }, { pidNamespace: 'x' }, { timeNamespace: 'x' }]) {
      expect(isGone({ ...suspect, ...other }, table(undefined)), JSON.stringify(other)).to.equal('unknown')
    }
    expect(isGone(suspect, { ...table(undefined), whereabouts: () => undefined })).to.equal('unknown')
    expect(isGone({ ...suspect, netNamespace: 'x' }, table(undefined))).to.equal('gone')
  })

  it('knows nothing of what is no number of a process', () => {
    for (const pid of [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(isGone({ ...suspect, pid }, table(undefined)), String(pid)).to.equal('unknown')
    }
  })

  it('looks again while a process that gave a sign of death is ending', async () => {
    let looks = 0
    const ending = { ...table(running), exists: () => ++looks < 4 }
    expect(await untilGone(suspect, new AbortController().signal, ending)).to.equal('gone')
    expect(looks).to.equal(4)
  })

  it('has looked enough where it does not end', async () => {
    expect(await untilGone(suspect, new AbortController().signal, table(running))).to.equal('alive')
  })

  it('does not look again where nothing can be known, and not when it is told to stop', async () => {
    let looks = 0
    const hidden = { ...table(undefined), exists: () => (++looks > 0 ? undefined : true) }
    expect(await untilGone(suspect, new AbortController().signal, hidden)).to.equal('unknown')
    expect(looks).to.equal(1)
    const stop = new AbortController()
    const waiting = untilGone(suspect, stop.signal, table(running))
    stop.abort()
    expect((await rejectionOf(waiting)).name).to.equal('AbortError')
  })

  it('has no name for a process whose system does not tell', () => {
    expect(identity({ ...table(running), whereabouts: () => undefined })).to.equal(undefined)
    expect(identity(table(undefined))).to.equal(undefined)
    expect(identity(table(running))).to.deep.equal({ ...here, pid: process.pid, startTicks: 500 })
  })
})

describe('a line of the table of processes', () => {
  const line = (name: string, state = 'S') =>
    `77 (${name}) ${state} 1 77 77 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 11 0 39308611 1000 2000 0\n`

  it('tells state, threads and start, whatever the name of the process', () => {
    for (const name of ['node', 'a b', ') R 1 2', '(((', ')', 'x) Z 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1']) {
      const facts = { state: 'S', threads: 11, startTicks: 39_308_611 }
      expect(factsIn(line(name)), name).to.deep.equal(facts)
    }
  })

  it('tells nothing where it is none', () => {
    for (const text of ['', '77', '77 (node)', '77 (node) S 1 2', line('node', 'SS'), line('node', '7')]) {
      expect(factsIn(text), text).to.equal(undefined)
    }
  })
})
