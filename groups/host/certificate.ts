/**
 * Death certificates, of a member whose host is this one: its process is gone, or the seat that it held is
 * not its own any more. Neither a refused connection nor a later start of another is one.
 */
import { lookWhileDying } from './dying.js'
import { hostProcesses, type ProcessTable } from './process-table.js'
import type { SeatHolder } from './seat-holder.js'
import { seatState } from './seat-look.js'
import type { SeatName } from './seat-name.js'
import { untilGone, type Verdict } from './witness.js'

/** A member as it told of itself while it lived. */
export interface Suspect extends Pick<SeatHolder, 'incarnation' | 'process'> {
  /** The seat that it held; undefined for one that held none, of whom a seat tells nothing. */
  readonly seat: SeatName | undefined
}

/**
 * To be asked after a sign of death; takes at most twice `hostLimits.dyingMs`, and `seatAnswerMs`. The seat
 * is asked where the process cannot be seen: in another container, say, that shares the network. Rejects
 * when the signal aborts.
 */
export async function certify(
  { process, incarnation, seat }: Suspect,
  signal: AbortSignal,
  table: ProcessTable = hostProcesses,
): Promise<Verdict> {
  if (!process) return 'unknown'
  const verdict = await untilGone(process, signal, table)
  if (verdict !== 'unknown' || !seat) return verdict
  const own = table.whereabouts()
  // A seat of another host, or network, would look free from here.
  if (own?.bootId !== process.bootId || own.netNamespace !== process.netNamespace) return 'unknown'
  // The socket of a process that is ending may still take a connection, and say nothing.
  const state = await lookWhileDying(
    () => seatState(seat),
    ({ kind }) => kind !== 'unclear',
    signal,
  )
  if (state.kind === 'unclear') return 'unknown'
  return state.kind === 'held' && state.by.incarnation === incarnation ? 'alive' : 'gone'
}
