/**
 * A thread that writes a lease as fast as it can: the n-th has numbers that follow from n, and every fifth is
 * void. The other cell tells which is void for certain.
 */
import { workerData } from 'node:worker_threads'
import { LeaseWriter } from '../../../../../groups/host/index.js'
import { numbersOf } from '../numbers.js'

const shared: unknown = workerData
if (!Array.isArray(shared)) throw new Error('no cells')
const [cell, voided]: SharedArrayBuffer[] = shared
if (!cell || !voided) throw new Error('two cells')
const isVoid = new Int32Array(voided)
const writer = new LeaseWriter(cell)
for (let n = 1; ; n++) {
  const { ballot, untilMs, at } = numbersOf(n)
  writer.grant(ballot, untilMs, at)
  if (n % 5 !== 0) continue
  writer.void()
  Atomics.store(isVoid, 0, n)
}
