/** Logs of actors at many agents, line by line, each with whose it is. */
import { setTimeout as after } from 'node:timers/promises'
import { z } from 'zod'
import { rolloutLimits } from '../../../control/rollout/index.js'
import { paintEvent } from '../event-line.js'
import { exitCodes, lineOf } from '../failure.js'
import { readLines } from '../lines.js'
import { complain, harmless, labeller, type Screen, screenOf } from '../terminal.js'
import type { ReachedAgent } from './reached-agent.js'

const event = z.looseObject({ v: z.literal(1), event: z.string() })

export interface LoggedActor {
  readonly agent: ReachedAgent
  readonly id: string
}

export interface Following {
  readonly follow: boolean
  /** Last lines of each. */
  readonly tail: number
  readonly json: boolean
}

/** Resolves with the exit code when all is told, or with Ctrl-C. */
export async function followLogs(actors: readonly LoggedActor[], how: Following): Promise<number> {
  const ending = new AbortController()
  const end = (): void => ending.abort()
  process.once('SIGINT', end).once('SIGTERM', end)
  const width = Math.max(...actors.map(({ id }) => id.length))
  const screen = screenOf(process.stdout)
  const told = await Promise.all(
    actors.map((actor, n) => {
      const label = labeller(screen, actor.id, n, width)
      const write = (line: string): void => {
        const whose = { v: 1, id: actor.id, agent: actor.agent.name }
        const text = how.json ? JSON.stringify({ ...whose, line }) : shownBehind(label, screen, line)
        if (text !== undefined) process.stdout.write(`${text}\n`)
      }
      return followOne(actor, how, write, ending.signal)
    }),
  )
  process.off('SIGINT', end).off('SIGTERM', end)
  if (ending.signal.aborted) return exitCodes.interrupted
  return told.every(Boolean) ? exitCodes.ok : exitCodes.failure
}

/**
 * Where the agent is away, or the actor was replaced, it goes on from where it was. False where it cannot.
 */
async function followOne(
  { agent, id }: LoggedActor,
  { follow, tail }: Following,
  write: (line: string) => void,
  signal: AbortSignal,
): Promise<boolean> {
  let from: number | undefined
  for (let told = ''; !signal.aborted; ) {
    const place = from === undefined ? `tail=${tail}` : `from=${from}`
    const path = `/v1/actors/${id}/log?${place}${follow ? '&follow=true' : ''}`
    try {
      const { status, headers, body } = await agent.client.stream('GET', path, { signal, isFollowed: follow })
      if (status === 404) return false
      let next = Number(headers['quorate-log-from'] ?? from ?? 0)
      body.on('data', (part: Buffer | string) => {
        next += Buffer.byteLength(part)
      })
      let failure: unknown
      body.once('error', (error) => {
        failure = error
      })
      await readLines(body, write)
      from = next
      if (failure !== undefined) throw failure
      if (!follow) return true
      // It has ended: another may be started in its place.
      await after(rolloutLimits.againMs, undefined, { signal })
    } catch (error) {
      if (signal.aborted) return true
      const why = `${id}: ${lineOf(error)}`
      if (!follow || why !== told) complain(why)
      told = why
      if (!follow) return false
      await after(rolloutLimits.againMs, undefined, { signal }).catch(() => undefined)
    }
  }
  return true
}

/**
 * What an actor tells of itself is an event, shown as `quorate run` does; undefined where nobody need see
 * it.
 */
function shownBehind(label: (line: string) => string, screen: Screen, line: string): string | undefined {
  const event = eventIn(line)
  if (!event) return label(harmless(line))
  const text = paintEvent(screen, event)
  return text === undefined ? undefined : label(text)
}

function eventIn(line: string): Record<string, unknown> | undefined {
  try {
    return event.parse(JSON.parse(line))
  } catch {
    return undefined
  }
}
