/**
 * Records the history of a simulated world, from what goes into its cores and comes out of them. In which
 * formation something was decided it knows from the logs; all else is what participants are told.
 */
import type { Ballot } from '../../groups/ballot.js'
import type { CoreEffect, CoreInput } from '../../groups/core.js'
import type { Stepped } from '../sim/checkers/checker.js'
import type { SimProcess } from '../sim/process.js'
import type { Call, HistoryLine } from './history.js'

type Effect<K extends CoreEffect['kind']> = Extract<CoreEffect, { kind: K }>

/** A line as it was recorded; of an invocation, where it was decided is known only at the end. */
interface Recorded {
  readonly line: HistoryLine
  readonly tag: string | undefined
}

export class Recorder {
  readonly #recorded: Recorded[] = []
  /** The mark of what was asked for, and the formation in which it was decided first. */
  readonly #decidedIn = new Map<string, string>()
  /** Topics of polls, by their ids. */
  readonly #topics = new Map<string, string>()
  #tick = 0
  #votes = 0
  #ms = 0

  /** The lines, in their order; `t` counts them, for no two things happen at once. */
  get lines(): readonly HistoryLine[] {
    return this.#recorded.map(({ line, tag }) => {
      const formation = tag === undefined ? undefined : this.#decidedIn.get(tag)
      return formation === undefined ? line : { ...line, formation }
    })
  }

  /** A process has moved. */
  stepped({ process, atMs, inputs, effects }: Stepped): void {
    this.#ms = atMs
    for (const input of inputs) if (input.kind === 'request') this.#asks(process.id, input)
    const refused = effects.filter((each) => each.kind === 'vote-refused').map(({ poll }) => poll)
    for (const input of inputs) {
      if (input.kind === 'vote') this.#casts(process.id, input, refused.includes(input.poll))
    }
    let decided: Effect<'decided'> | undefined
    for (const effect of effects) {
      if (effect.kind === 'decided') {
        decided = effect
        this.#decides(effect)
      } else this.#told(process, effect, decided)
    }
  }

  /** What a member knows of all values, at a moment. */
  reads({ id, core }: SimProcess, keys: readonly string[], ms: number): void {
    this.#ms = ms
    const { genesis, values } = core.ledger
    if (genesis.epoch === 0) return
    const formation = nameOf({ genesis })
    for (const key of keys) {
      this.#saw(id, { f: 'get', key, value: valueIn(values.get(key)) }, formation)
    }
  }

  #asks(p: string, { tag, request }: Extract<CoreInput, { kind: 'request' }>): void {
    const call: Call =
      request.kind === 'set'
        ? { f: 'set', key: request.key, value: valueIn(request.value) }
        : request.kind === 'ordered'
          ? { f: 'send', message: markOf(request.payload) }
          : { f: 'poll', poll: markOf(request.topic), decidedBy: request.decidedBy }
    const line = { ...this.#when(p), e: 'invoke' as const, id: tag, ...call }
    // A deletion bears no mark.
    const mark = request.kind === 'set' && !request.value ? undefined : String(tag)
    this.#recorded.push({ line, tag: mark })
  }

  /** The first vote counts, at itself: of two in one step the second is refused. */
  #casts(p: string, { poll, choice }: Extract<CoreInput, { kind: 'vote' }>, isRefused: boolean): void {
    const topic = this.#topics.get(poll)
    if (topic === undefined) return
    const id = `vote ${++this.#votes}`
    this.#line({ ...this.#when(p), e: 'invoke', id, f: 'vote', poll: topic, choice })
    if (isRefused) this.#line({ ...this.#when(p), e: 'fail', id })
  }

  #decides(decided: Effect<'decided'>): void {
    const { body } = decided.entry
    const bytes =
      body.kind === 'set'
        ? body.value
        : body.kind === 'ordered'
          ? body.payload
          : body.kind === 'open'
            ? body.poll.topic
            : undefined
    if (!bytes || this.#decidedIn.has(markOf(bytes))) return
    this.#decidedIn.set(markOf(bytes), nameOf(decided))
  }

  #told(process: SimProcess, effect: CoreEffect, decided: Effect<'decided'> | undefined): void {
    const { id: p } = process
    if (effect.kind === 'asked') this.#topics.set(effect.poll.id, markOf(effect.poll.topic))
    else if (effect.kind === 'settled') this.#settles(p, effect, decided)
    else if (effect.kind === 'ended') this.#ends(p, effect)
    else if (effect.kind === 'history-lost') this.#saw(p, { f: 'lost' })
    else if (effect.kind === 'installed') {
      if (effect.missedFrom <= effect.to) this.#saw(p, { f: 'missed' })
    } else if (effect.kind === 'value' || effect.kind === 'ordered') this.#hears(process, effect, decided)
  }

  /** Values that came by a snapshot, or went back, are of no entry: reads show them. */
  #hears(
    { id: p, core }: SimProcess,
    effect: Effect<'value' | 'ordered'>,
    decided: Effect<'decided'> | undefined,
  ): void {
    const isOfEntry = decided?.index === effect.index
    const formation = nameOf(isOfEntry ? decided : core.ledger)
    if (effect.kind === 'ordered') this.#saw(p, { f: 'deliver', message: markOf(effect.payload) }, formation)
    else if (isOfEntry) this.#saw(p, { f: 'get', key: effect.key, value: valueIn(effect.value) }, formation)
  }

  #ends(p: string, { ended: { poll, outcome } }: Effect<'ended'>): void {
    const { id, electorate, topic } = poll
    this.#topics.set(id, markOf(topic))
    const known = outcome === 'unknown' ? {} : { electorate: [...electorate] }
    this.#saw(p, { f: 'outcome', poll: markOf(topic), outcome, pollId: id, ...known })
  }

  /** What ends right behind its own entry was decided there; only of deletions nothing else tells. */
  #settles(p: string, { tag, as, outcome }: Effect<'settled'>, decided: Effect<'decided'> | undefined): void {
    const body = decided?.entry.body
    const isOwn = body?.kind === 'set' && body.by === p && as === 'done'
    const when = { ...this.#when(p), id: tag, ...(isOwn && decided ? { formation: nameOf(decided) } : {}) }
    const told = outcome ? { outcome } : {}
    // A poll that was never opened is a `timeout` to all whom a leader asked that did not get it decided.
    if (as === 'done' || outcome === 'timeout') this.#line({ ...when, e: 'ok', ...told })
    else this.#line({ ...when, e: as === 'unknown' ? 'info' : 'fail', ...told })
  }

  #saw(p: string, call: Call, formation?: string): void {
    this.#line({ ...this.#when(p), e: 'saw', ...call, ...(formation === undefined ? {} : { formation }) })
  }

  #when(p: string) {
    return { t: ++this.#tick, ms: this.#ms, p }
  }

  #line(line: HistoryLine): void {
    this.#recorded.push({ line, tag: undefined })
  }
}

/** The formation. */
function nameOf({ genesis }: { readonly genesis: Ballot }): string {
  return `${genesis.epoch}.${genesis.term}`
}

/** What is asked for begins with the number of the request, which tells it from all others. */
function markOf(bytes: Uint8Array): string {
  return String((bytes[0] ?? 0) + 256 * (bytes[1] ?? 0))
}

function valueIn(bytes: Uint8Array | undefined): string | null {
  return bytes ? markOf(bytes) : null
}
