/**
 * What is decided across formations: once something was decided in one, nothing that is asked for later is
 * decided in one before it. That is what makes tokens grow (T2). Reads may be of former ones for long.
 */
import type { Operation } from '../history.js'
import { checkedBy, formationsOf, isA, isOpen, type Part, type Spec } from './spec.js'

/** How many operations of each formation are placed, in their order. */
type FormationState = readonly number[]

export const formations: Spec = {
  name: 'formations',
  parts: (history) => {
    const operations = history.filter(
      (each) => each.formation !== undefined && isA(each, 'set', 'send', 'poll'),
    )
    return formationsOf(operations).length > 1 ? [{ name: 'all', operations }] : []
  },
  check: checkedBy((part) => {
    const explained = new Formations(part)
    return { model: explained, show: (state: FormationState) => explained.show(state) }
  }),
}

class Formations {
  readonly initial: FormationState
  readonly #named: readonly string[]
  /** How many of each have an end. */
  readonly #ended: readonly number[]

  constructor({ operations }: Part) {
    this.#named = formationsOf(operations)
    this.#ended = this.#named.map(
      (name) => operations.filter((each) => each.formation === name && !isOpen(each)).length,
    )
    this.initial = this.#named.map(() => 0)
  }

  isEager(): boolean {
    return true
  }

  keyOf(state: FormationState): string {
    return state.join()
  }

  show(state: FormationState): string {
    return this.#named.map((name, at) => `${state[at]} in ${name}`).join(', ')
  }

  /** First all of those before: later ones would leave them no place. */
  step(state: FormationState, operation: Operation): readonly FormationState[] {
    const { formation = '' } = operation
    const at = this.#named.indexOf(formation)
    if (isOpen(operation)) return []
    const isDue = this.#ended.every((all, earlier) => earlier >= at || state[earlier] === all)
    return isDue ? [state.map((count, each) => (each === at ? count + 1 : count))] : []
  }
}
