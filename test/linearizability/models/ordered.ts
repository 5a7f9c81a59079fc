/**
 * Ordered messages. What is promised, and checked, of each formation:
 *
 * - There is one order. `sendOrdered()` puts its message into it at one moment between the call and the
 *   answer; what never ended, then or later, once, or never; those of one participant stand in the order in
 *   which it sent them.
 * - Whoever takes part hears the messages in this order, each once, and none is left out from the first that
 *   it hears on, unless it was told that it missed some; none that was not sent, or not decided yet.
 *
 * Not promised, so not checked: when a message comes; what those hear who join later; that what was decided
 * is kept by the next formation. Not checked though promised: that nothing is left out between the last
 * message of one formation and the first of the next.
 */
import type { Operation } from '../history.js'
import { AskedOrder, toldAtOnce } from './order.js'
import {
  checkedBy,
  formationsOf,
  isA,
  isOpen,
  type OperationOf,
  ofFormation,
  type Part,
  type Spec,
} from './spec.js'

type OrderedOperation = OperationOf<'send' | 'deliver' | 'missed' | 'lost'>

interface OrderedState {
  /** Messages by the places of their sends. */
  readonly log: readonly number[]
  /** How many each receiver has behind it; `gap`: it was told that it misses some from there on. */
  readonly heard: ReadonlyMap<string, { readonly to: number; readonly gap: boolean }>
}

export const orderedMessages: Spec = {
  name: 'ordered messages',
  parts: (history) => {
    const messages = history.filter((each): each is OrderedOperation =>
      isA(each, 'send', 'deliver', 'missed', 'lost'),
    )
    const found = formationsOf(messages).map((formation) => ({
      name: formation === '' ? 'the order' : `the order in ${formation}`,
      operations: ofFormation(messages, formation),
    }))
    return found.filter(({ operations }) => operations.some((each) => isA(each, 'send', 'deliver')))
  },
  check: checkedBy((part) => {
    const explained = new Ordered(part)
    return { model: explained, show: (state: OrderedState) => explained.show(state) }
  }),
}

class Ordered {
  readonly initial: OrderedState = { log: [], heard: new Map() }
  readonly #operations: readonly Operation[]
  readonly #placeOf: ReadonlyMap<Operation, number>
  readonly #sendOf: ReadonlyMap<string, number>
  readonly #order: AskedOrder
  readonly #neighbours: Neighbours
  readonly #atOnce: ReadonlySet<Operation>

  constructor({ operations }: Part) {
    this.#operations = operations
    this.#placeOf = new Map(operations.map((each, place) => [each, place]))
    const sends = operations.flatMap((each, place) => (isA(each, 'send') ? [[place, each] as const] : []))
    this.#sendOf = new Map(sends.map(([place, { call }]) => [call.message, place]))
    this.#order = new AskedOrder(sends)
    const heard = operations.filter((each) => !isA(each, 'send'))
    this.#atOnce = toldAtOnce(heard)
    this.#neighbours = neighboursIn(heard, this.#atOnce, this.#sendOf)
  }

  isEager(operation: Operation): boolean {
    return !isA(operation, 'send') && !this.#atOnce.has(operation)
  }

  keyOf({ log, heard }: OrderedState): string {
    const receivers = [...heard].map(([who, { to, gap }]) => `${who}:${to}${gap ? '+' : ''}`).sort()
    return `${log.join()} ${receivers.join()}`
  }

  show({ log }: OrderedState): string {
    return log.map((place) => this.#messageOf(place)).join(' → ')
  }

  step(state: OrderedState, operation: Operation): readonly OrderedState[] {
    if (isA(operation, 'send')) return this.#send(state, operation)
    if (isA(operation, 'deliver')) return this.#deliver(state, operation)
    const before = state.heard.get(operation.process)
    if (!before) return [state]
    return [{ ...state, heard: new Map(state.heard).set(operation.process, { ...before, gap: true }) }]
  }

  #send({ log, heard }: OrderedState, operation: Operation): readonly OrderedState[] {
    const place = this.#placeOf.get(operation) ?? 0
    const placed = new Set(log)
    const isPlaced = (other: number): boolean => placed.has(other)
    if (!this.#order.allows(place, isPlaced)) return []
    const { before, next, previous } = this.#neighbours
    if (!(before.get(place) ?? []).every(isPlaced)) return []
    const last = log.at(-1) ?? -1
    const [follows, comes] = [previous.get(place), next.get(last)]
    if ((follows !== undefined && follows !== last) || (comes !== undefined && comes !== place)) return []
    return [{ log: [...log, place], heard }]
  }

  #deliver({ log, heard }: OrderedState, { process, call }: OperationOf<'deliver'>): readonly OrderedState[] {
    const send = this.#sendOf.get(call.message)
    const at = send === undefined ? -1 : log.indexOf(send)
    const before = heard.get(process)
    if (at < 0 || (before && (before.gap ? at < before.to : at !== before.to))) return []
    return [{ log, heard: new Map(heard).set(process, { to: at + 1, gap: false }) }]
  }

  #messageOf(place: number): string {
    const operation = this.#operations[place]
    return operation && isA(operation, 'send') ? operation.call.message : '?'
  }
}

/** What those who heard messages say of their order. */
interface Neighbours {
  /** What stands right behind a message, and right before one. */
  readonly next: ReadonlyMap<number, number>
  readonly previous: ReadonlyMap<number, number>
  /** What stands somewhere before it. */
  readonly before: ReadonlyMap<number, readonly number[]>
}

function neighboursIn(
  heard: readonly Operation[],
  atOnce: ReadonlySet<Operation>,
  sendOf: ReadonlyMap<string, number>,
): Neighbours {
  const [next, previous, before] = [
    new Map<number, number>(),
    new Map<number, number>(),
    new Map<number, number[]>(),
  ]
  const last = new Map<string, { readonly place: number; readonly gap: boolean }>()
  for (const each of heard) {
    if (atOnce.has(each)) {
      last.delete(each.process)
      continue
    }
    const was = last.get(each.process)
    if (was && isA(each, 'lost', 'missed')) last.set(each.process, { ...was, gap: true })
    const place = isA(each, 'deliver') && !isOpen(each) ? sendOf.get(each.call.message) : undefined
    if (place === undefined) continue
    last.set(each.process, { place, gap: false })
    if (!was) continue
    before.set(place, [...(before.get(place) ?? []), was.place])
    if (was.gap) continue
    next.set(was.place, place)
    previous.set(place, was.place)
  }
  return { next, previous, before }
}
