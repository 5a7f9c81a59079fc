/** `npm run sim -- --seeds A:B [--quorum 2] [--seats 3] [--trace]`: simulates, and says what it found. */
import { parseArgs } from 'node:util'
import { timings } from '../../groups/timing.js'
import { story } from './story.js'

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '1:1000' },
    quorum: { type: 'string', default: '2' },
    seats: { type: 'string', default: '3' },
    seconds: { type: 'string', default: '12' },
    trace: { type: 'boolean', default: false },
  },
})
const [from = 1, to = from] = values.seeds.split(':').map(Number)
const sums = new Map<string, number>()
const found: string[] = []
const beganAt = performance.now()
for (let seed = from; seed <= to; seed++) {
  const { violation, counts } = story({
    seed,
    quorum: Number(values.quorum),
    seats: Number(values.seats),
    timing: timings.lan,
    faultsMs: Number(values.seconds) * 1000,
    ...(values.trace ? { tell: (line) => process.stdout.write(`${line}\n`) } : {}),
  })
  for (const [what, times] of counts) sums.set(what, (sums.get(what) ?? 0) + times)
  if (violation) found.push(`seed ${seed}: ${violation.message}`)
}
const seconds = (performance.now() - beganAt) / 1000
for (const line of found.slice(0, 10)) process.stdout.write(`${line.slice(0, 300)}\n`)
const counted = [...sums].map(([what, times]) => `${what} ${Math.round(times)}`)
process.stdout.write(
  `${to - from + 1} seeds, ${found.length} violations, ${seconds.toFixed(1)} s\n${counted.join(', ')}\n`,
)
process.exitCode = found.length > 0 ? 1 : 0
