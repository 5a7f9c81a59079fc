/** What a plan is made of, as lines at the head of its story. */
import { type GroupTiming, timings } from '../../groups/timing.js'
import type { Plan } from './plan.js'
import { patient, shortest } from './swarm.js'

const NAMED: Readonly<Record<string, GroupTiming>> = {
  ...timings,
  'lan, its word as short as may be': shortest,
  'lan, and nobody gives up': patient,
}

export function outline(plan: Plan): readonly string[] {
  const { seed, luck, quorum, seats, observers, timing, keptEntries, weather, faults, faultsMs } = plan
  const [profile] = Object.entries(NAMED).find(([, each]) => isSame(each, timing)) ?? ['times of its own']
  const group = `${seats} members, ${observers} observers`
  const luckier = luck === 0 ? '' : `, luck ${luck}`
  const { loss, repeats, delayMs, spikes, spikeMs, isInOrder } = weather
  const order = isInOrder ? 'in order' : 'in any order'
  return [
    `seed ${seed}${luckier}: quorum ${quorum}, ${group}, profile ${profile}`,
    ...clocks(plan),
    `messages take ${delayMs.join(' to ')} ms, ${order}, ${part(spikes)} of them up to ${spikeMs.toFixed(0)}`,
    `${part(loss)} of them are lost, ${part(repeats)} come twice; ${keptEntries} decided entries are kept`,
    `${faults.length} events from outside in ${faultsMs.toFixed(0)} ms`,
  ]
}

function clocks({ clocks: all, areClocksWild, areClocksSteady }: Plan): readonly string[] {
  const kinds = [areClocksSteady ? 'steady' : 'drifting', ...(areClocksWild ? ['wild walls'] : [])]
  const each = all.map(({ rate, wallOffsetMs }, at) => {
    const host = String.fromCharCode(97 + at)
    return `  ${host} runs at ${rate.toFixed(6)}, its wall clock ${wallOffsetMs.toFixed(1)} ms ahead`
  })
  return [`clocks: ${kinds.join(', ')}`, ...each]
}

function part(of: number): string {
  return `${(100 * of).toFixed(1)} %`
}

function isSame(one: GroupTiming, other: GroupTiming): boolean {
  const rest: Readonly<Record<string, unknown>> = { ...other }
  return Object.entries(one).every(([name, ms]) => rest[name] === ms)
}
