/** The example apps on the hosts of a rig, one actor on each, as their users start them. */
import { ActorProcesses } from '../support/actor-process.js'
import type { Event } from '../support/events.js'
import type { Rig } from './rig.js'

/** Sensors agree on their mean as far as this part of it. */
const AGREED_PART = 0.01

interface Shown {
  readonly nodes: number
  readonly reading: number
  readonly estimate: number
}

/** A breaker that moved: the how manieth move, and when it was to be by the clock of the group. */
interface Moved {
  readonly sequence: number
  readonly at: number
}

/** Resolves with the mean of all sensors, and what each takes for it, when all of them agree. */
export async function averagersAgree(rig: Rig): Promise<{ mean: number; estimates: readonly number[] }> {
  return onAll(
    rig,
    'apps/averager/app.ts',
    (host) => ['Averager', '--instance', String(host - 1), '--show', '250'],
    {
      seen: isShown,
      end: (seen) => {
        const last = seen.flatMap((of) => of.at(-1) ?? [])
        const mean = last.reduce((sum, { reading }) => sum + reading, 0) / last.length
        const estimates = last.map(({ estimate }) => estimate)
        const agree = estimates.every((estimate) => Math.abs(estimate - mean) < mean * AGREED_PART)
        const isAll = last.length === rig.size && last.every(({ nodes }) => nodes === rig.size)
        return isAll && agree ? { mean, estimates } : undefined
      },
    },
  )
}

/** Resolves when all breakers have made the same two moves; gives the moments of each, host by host. */
export async function invertersMove(rig: Rig): Promise<readonly (readonly number[])[]> {
  const quick = ['--islandAfter', '1000', '--reconnectAfter', '1000', '--limit', '1000']
  const argsOf = (host: number): readonly string[] => {
    // There are seats 0 to 4: the sixth observes.
    return ['Inverter', '--instance', String(host - 1), '--seats', String(host - 1), ...quick]
  }
  return onAll(rig, 'apps/microgrid/app.ts', argsOf, {
    seen: isMoved,
    end: (seen) => {
      const numbers = [...new Set(seen[0]?.map(({ sequence }) => sequence))]
      const moves = numbers
        .map((number) => seen.flatMap((of) => of.find(({ sequence }) => sequence === number)?.at ?? []))
        .filter((at) => at.length === rig.size)
      return moves.length >= 2 ? moves : undefined
    },
  })
}

interface Watched<E, R> {
  seen(event: Event): event is Event & E
  /** What came of it, when it is over. @param seen by each host */
  end(seen: readonly (readonly E[])[]): R | undefined
}

async function onAll<E, R>(
  rig: Rig,
  app: string,
  argsOf: (host: number) => readonly string[],
  watched: Watched<E, R>,
): Promise<R> {
  const processes = new ActorProcesses()
  try {
    const started = await Promise.all(
      rig.hosts.map((host) => processes.start(app, [...argsOf(host), '--interface', 'eth0'], rig.on(host))),
    )
    return await new Promise((resolve, reject) => {
      const look = (event: Event): boolean => {
        if (event.event === 'error') reject(new Error(String(event.msg)))
        const result = watched.end(started.map(({ log }) => log.events.filter(watched.seen)))
        if (result !== undefined) resolve(result)
        // So it is asked about the next event, too.
        return false
      }
      for (const { log } of started) void log.event(look)
    })
  } finally {
    await processes.end()
  }
}

function isShown(event: Event): event is Event & Shown {
  return event.event === 'log' && typeof event.estimate === 'number' && typeof event.nodes === 'number'
}

function isMoved(event: Event): event is Event & Moved {
  return typeof event.moved === 'string' && typeof event.sequence === 'number' && typeof event.at === 'number'
}
