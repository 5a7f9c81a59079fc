/** The shared values that a member was told of are those that it holds. */
import type { Checker, Stepped } from './checker.js'
import { Violation } from './violation.js'

const CHANGING = new Set(['value', 'decided', 'installed', 'history-lost'])

export class ValueChecker implements Checker {
  readonly #told = new Map<string, Map<string, string>>()

  stepped({ process: { id, core }, effects }: Stepped): void {
    if (!effects.some(({ kind }) => CHANGING.has(kind))) return
    const told = this.#told.get(id) ?? new Map<string, string>()
    this.#told.set(id, told)
    for (const effect of effects) {
      if (effect.kind !== 'value') continue
      if (effect.value) told.set(effect.key, effect.value.join())
      else told.delete(effect.key)
    }
    const { values } = core.ledger
    const differing = [...values].filter(([key, value]) => told.get(key) !== value.join())
    if (differing.length === 0 && told.size === values.size) return
    throw new Violation('values', `${id} was not told of ${differing.map(([key]) => key).join()}`)
  }
}
