/**
 * What groups have of their machine on a test network: its clock, its sockets, seats of which the whole
 * network has one set, and witnesses that know which processes were killed on their host.
 */
import {
  directLink,
  type Moment,
  type ProcessIdentity,
  type SeatHolder,
  type SeatName,
  type SeatState,
  type Sitter,
  type Verdict,
} from '../groups/index.js'
import type { Sockets } from '../ports/index.js'
import type { GroupPlace, HeldSeat, SeatsHere } from '../runtime/index.js'
import type { Random } from './random.js'

/** Of one actor. */
export interface GroupProcess {
  readonly place: GroupPlace
  /** The process is killed. */
  die(): void
}

interface Held {
  readonly by: SeatHolder
  readonly sitter: Sitter
}

/** The groups of one test network. */
export class TestGroups {
  readonly #random: Random
  readonly #seats = new Map<string, Held>()
  /** Told, once, when any seat becomes free. */
  #waiting: (() => void)[] = []
  /** Processes that were killed, by their numbers. */
  readonly #dead = new Set<number>()
  #processes = 0

  constructor(random: Random) {
    this.#random = random
  }

  /** A process on a host, by its name, with these of the seats. */
  process(host: string, sockets: Sockets, seatsHere: SeatsHere): GroupProcess {
    const pid = ++this.#processes
    const where = { bootId: host, pidNamespace: host, timeNamespace: '', netNamespace: host }
    const process: ProcessIdentity = { ...where, pid, startTicks: pid }
    const place: GroupPlace = {
      openLink: directLink({ sockets, now, random: this.#random }),
      now,
      setAlarm: (atMs, ring) => {
        const timer = setTimeout(ring, atMs - now().monoMs)
        return () => clearTimeout(timer)
      },
      seats: {
        take: async (name, sitter) => this.#take(name, { by: holderOf(sitter, process), sitter }),
        look: async (name) => this.#look(name),
        tell: async (name, sitter) => this.#tell(name, holderOf(sitter, process)),
        untilFree: (name, signal) => this.#untilFree(name, signal),
      },
      seatsHere,
      witnesses: { certify: async (suspect) => this.#verdict(host, suspect.process) },
      process,
    }
    return { place, die: () => this.#die(pid) }
  }

  #take(name: SeatName, held: Held): HeldSeat | undefined {
    const key = keyOf(name)
    if (this.#seats.has(key)) return undefined
    this.#seats.set(key, held)
    const release = (): void => {
      if (this.#seats.get(key) !== held) return
      this.#seats.delete(key)
      this.#freed()
    }
    return { name, takenAtMs: now().monoMs, release }
  }

  #look(name: SeatName): SeatState {
    const held = this.#seats.get(keyOf(name))
    return held ? { kind: 'held', by: held.by } : { kind: 'free' }
  }

  #tell(name: SeatName, refused: SeatHolder): void {
    this.#seats.get(keyOf(name))?.sitter.refused?.(refused)
  }

  async #untilFree(name: SeatName, signal: AbortSignal): Promise<void> {
    while (this.#seats.has(keyOf(name))) {
      await new Promise<void>((resolve) => {
        this.#waiting.push(resolve)
        signal.addEventListener('abort', () => resolve(), { once: true })
      })
      signal.throwIfAborted()
    }
  }

  #freed(): void {
    for (const told of this.#waiting.splice(0)) told()
  }

  /** As a host sees it: of others it knows nothing. */
  #verdict(host: string, process: ProcessIdentity | undefined): Verdict {
    if (process?.bootId !== host) return 'unknown'
    return this.#dead.has(process.pid) ? 'gone' : 'alive'
  }

  #die(pid: number): void {
    this.#dead.add(pid)
    for (const [key, { by }] of this.#seats) if (by.process?.pid === pid) this.#seats.delete(key)
    this.#freed()
  }
}

/** The clocks of the test, whichever it is. */
function now(): Moment {
  return { monoMs: performance.now(), wallUs: Date.now() * 1e3 }
}

function holderOf({ incarnation, parameters }: Sitter, process: ProcessIdentity): SeatHolder {
  return { incarnation, process, parameters }
}

function keyOf({ app, group, seat }: SeatName): string {
  return JSON.stringify([app, group, seat])
}
