/** Makes right histories wrong, each in one way; undefined where a history has no place for it. */
import type { Random } from '../../testing/random.js'
import type { Call, Operation } from './history.js'
import { isA, type OperationOf } from './models/spec.js'

export interface Wrong {
  readonly name: string
  /** The part of such histories that the checker has to refuse: some are right by another order. */
  readonly caught: number
  /** Of values and messages; or of polls, of which it has to be known who may vote. */
  readonly needs: 'log' | 'electorate'
  change(history: readonly Operation[], random: Random): readonly Operation[] | undefined
}

type Changed = readonly [Operation, Operation | undefined]

export const wrongs: readonly Wrong[] = [
  {
    name: 'a value that nobody set is read',
    caught: 1,
    needs: 'log',
    change: (history, random) =>
      replaced(history, some(all(history, 'get'), random), (read) => [
        { ...read, call: { ...read.call, value: 'thin air' } },
      ]),
  },
  {
    name: 'a value is read before it was set',
    caught: 1,
    needs: 'log',
    change: (history, random) => {
      const read = some(
        all(history, 'get').filter(({ call }) => call.value !== null),
        random,
      )
      const set = all(history, 'set').find(({ call }) => call.value === read?.call.value)
      const early = (set?.invokedAt ?? 0) - 1
      return replaced(history, read, (was) => [{ ...was, invokedAt: early, endedAt: early }])
    },
  },
  {
    name: 'a reader sees two values the other way round',
    caught: 0.8,
    needs: 'log',
    change: (history, random) => {
      const pairs = all(history, 'get').flatMap((one) => {
        const other = all(history, 'get').find(
          ({ process, call, invokedAt }) =>
            process === one.process && call.key === one.call.key && invokedAt > one.invokedAt,
        )
        return other && other.call.value !== one.call.value ? [[one, other] as const] : []
      })
      const [one, other] = some(pairs, random) ?? []
      if (!one || !other) return undefined
      return exchanged(history, [one, { ...one, call: other.call }], [other, { ...other, call: one.call }])
    },
  },
  {
    name: 'an update is lost: who set it reads what was there before',
    caught: 1,
    needs: 'log',
    change: (history, random) => {
      const set = some(
        all(history, 'set').filter(({ endedAt }) => endedAt !== Number.POSITIVE_INFINITY),
        random,
      )
      const first = all(history, 'get').find(({ process, call }) => {
        return process === set?.process && call.key === set.call.key && call.value !== null
      })
      if (!set || !first || first.invokedAt >= set.invokedAt) return undefined
      return [...history, { ...first, invokedAt: set.endedAt + 0.5, endedAt: set.endedAt + 0.5 }]
    },
  },
  {
    name: 'a message is handled twice',
    caught: 1,
    needs: 'log',
    change: (history, random) => {
      const one = some(all(history, 'deliver'), random)
      return one && [...history, { ...one, invokedAt: one.invokedAt + 0.5, endedAt: one.endedAt + 0.5 }]
    },
  },
  {
    name: 'a message is left out at one that hears those around it',
    caught: 1,
    needs: 'log',
    change: (history, random) => {
      const around = neighbours(history)
      const second = new Set(around.map(([, next]) => next))
      const inside = around.flatMap(([first]) => (second.has(first) ? [first] : []))
      return replaced(history, some(inside, random), () => [])
    },
  },
  {
    name: 'two messages are handled the other way round at one of several',
    caught: 1,
    needs: 'log',
    change: (history, random) => {
      const [one, other] = some(neighbours(history), random) ?? []
      if (!one || !other) return undefined
      return exchanged(history, [one, { ...one, call: other.call }], [other, { ...other, call: one.call }])
    },
  },
  {
    name: 'one hears another outcome',
    caught: 1,
    needs: 'electorate',
    change: (history, random) =>
      replaced(history, some(all(history, 'outcome'), random), (told) => [
        { ...told, call: { ...told.call, outcome: told.call.outcome === 'yes' ? 'no' : 'yes' } },
      ]),
  },
  {
    name: 'an outcome is told before the votes for it were cast',
    caught: 1,
    needs: 'electorate',
    change: (history, random) => {
      const told = some(all(history, 'outcome'), random)
      const votes = all(history, 'vote').filter(({ call }) => call.poll === told?.call.poll)
      const early = Math.min(...votes.map(({ invokedAt }) => invokedAt)) + 0.5
      return replaced(history, told, (was) => [{ ...was, invokedAt: early, endedAt: early }])
    },
  },
]

function all<F extends Call['f']>(history: readonly Operation[], f: F): readonly OperationOf<F>[] {
  return history.filter((each): each is OperationOf<F> => isA(each, f))
}

function some<T>(items: readonly T[], random: Random): T | undefined {
  return items[Math.floor(random() * items.length)]
}

function replaced<O extends Operation>(
  history: readonly Operation[],
  one: O | undefined,
  by: (one: O) => readonly Operation[],
): readonly Operation[] | undefined {
  return one && history.flatMap((each) => (each === one ? by(one) : [each]))
}

function exchanged(history: readonly Operation[], ...changes: readonly Changed[]): readonly Operation[] {
  return history.flatMap((each) => {
    const change = changes.find(([was]) => was === each)
    return change ? (change[1] ?? []) : [each]
  })
}

/** Two messages that one handles one behind the other, and another does, too. */
function neighbours(history: readonly Operation[]) {
  const last = new Map<string, OperationOf<'deliver'>>()
  const times = new Map<string, number>()
  const pairs = all(history, 'deliver').flatMap((next) => {
    const one = last.get(next.process)
    last.set(next.process, next)
    const key = nameOf(one, next)
    times.set(key, (times.get(key) ?? 0) + 1)
    return one ? [[one, next] as const] : []
  })
  return pairs.filter(([one, next]) => (times.get(nameOf(one, next)) ?? 0) > 1)
}

function nameOf(one: OperationOf<'deliver'> | undefined, next: OperationOf<'deliver'>): string {
  return `${one?.call.message} ${next.call.message}`
}
