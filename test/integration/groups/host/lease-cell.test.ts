/** A lease that one thread writes and another reads, both as fast as they can. */
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import { expect } from 'chai'
import { createLeaseCell, LeaseReader } from '../../../../groups/host/index.js'
import { bundled } from '../../../support/bundled.js'
import { belongTogether, numbersOf } from './numbers.js'

const WRITER = fileURLToPath(new URL('./programs/lease-writer.ts', import.meta.url))
/** Leases of different numbers that a test has seen before it believes that the threads ran side by side. */
const ENOUGH = 20_000

describe('a lease in shared memory, between two threads', function () {
  this.timeout(30_000)
  let writer: Worker | undefined
  afterEach(() => writer?.terminate())

  function start() {
    const [cell, voided] = [createLeaseCell(), new SharedArrayBuffer(4)]
    writer = new Worker(bundled(WRITER), { workerData: [cell, voided] })
    return { cell, isVoid: new Int32Array(voided) }
  }

  it('G7.4 Token and end of a lease are read as one, together with the clock.', () => {
    const reader = new LeaseReader(start().cell)
    let [seen, term, voids] = [0, 0, 0]
    while (seen < ENOUGH) {
      const lease = reader.published()
      if (!lease || lease.ballot.term === term) continue
      if (!belongTogether(lease)) expect.fail(`torn: ${JSON.stringify(lease)}`)
      seen++
      term = lease.ballot.term
      if (!lease.leads) voids++
    }
    expect(voids, 'voids seen').to.be.above(0)
  })

  it('is not seen any more once it was made void', () => {
    const { cell, isVoid } = start()
    // Its clocks stand at the moment in which the lease that it sees was granted: none is over by time.
    let clock = numbersOf(1).at
    const reader = new LeaseReader(cell, () => clock)
    let seen = 0
    while (seen < ENOUGH) {
      clock = reader.published()?.at ?? clock
      const over = Atomics.load(isVoid, 0)
      const term = reader.read()?.term
      if (term === undefined) continue
      if (term <= over) expect.fail(`the lease ${term} was seen after ${over} was void`)
      seen++
    }
  })
})
