// A day and night in minutes: actors come, connect, talk and go, a thousand times, with ten million messages.
// Nothing may grow: heap, descriptors, listeners, handles. All are in one process, and with keys alone, as
// they are unless somebody says otherwise: that is more to leave behind.

import { load } from '../machine.mjs'
import { round } from '../statistics.mjs'
import { CorrectnessError } from './stream.mjs'

/** An actor looks out for one that went for half a minute, in case it comes back. */
const REST_MS = 35_000
const VISITS = { visitors: 5, burst: 256, restMs: REST_MS }
const FULL = { ...VISITS, warmRounds: 200, halfRounds: 700, rounds: 1200, messages: 10_240 }
const QUICK = { ...VISITS, warmRounds: 20, halfRounds: 40, rounds: 60, messages: 1024 }
const MIB = 2 ** 20

export async function soak({ locked, quick, tell }) {
  const options = quick ? QUICK : FULL
  const program = locked.program('visits', options)
  const minutes = 15
  const { visits, heard, sent, resident, before, after } = await program.next(
    'done',
    undefined,
    minutes * 60_000,
  )
  await locked.proveLocks([program])
  await program.end()
  const sum = (visits * options.messages * (options.messages - 1)) / 2
  if (heard.count !== sent || heard.sum !== sum) {
    throw new CorrectnessError(`soak: sent ${sent}, sum ${sum}; received ${JSON.stringify(heard)}`)
  }
  // Of what is resident, from the end of the warm-up to half of the visits; of all else, from there on.
  const growth = (name) => after[name] - before[name]
  const figures = {
    visits,
    messages: sent,
    heapMiB: round(growth('objectBytes') / MIB),
    codeMiB: round(growth('codeBytes') / MIB),
    rssMiB: round((resident.after - resident.before) / MIB),
    descriptors: growth('descriptors'),
    listeners: growth('listeners'),
    handles: growth('handles'),
  }
  tell(`soak: ${visits} visits, ${sent} messages; objects ${figures.heapMiB} MiB more`)
  return { options, loadAfter: load(), keys: { resident, before, after, figures } }
}
