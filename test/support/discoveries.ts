/** Discoveries for tests that find nobody, or do as another one does but for what a test changes. */
import type { Discovery } from '../../discovery/index.js'

/** Finds nobody. */
export function silent(kind: string): Discovery {
  return {
    kind,
    start: async () => undefined,
    announce: async () => undefined,
    withdraw: async () => undefined,
    refresh: () => undefined,
    forget: () => undefined,
    stop: async () => undefined,
  }
}

/** Does as `other`, but for what `changed` does instead. */
export function changed(other: Discovery, changed: Partial<Discovery>): Discovery {
  return {
    kind: other.kind,
    start: (events) => other.start(events),
    announce: (record) => other.announce(record),
    withdraw: (id) => other.withdraw(id),
    refresh: () => other.refresh(),
    forget: (id) => other.forget(id),
    stop: () => other.stop(),
    ...changed,
  }
}
