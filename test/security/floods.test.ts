/**
 * Strangers who open connections without end: whoever has a key is served beside them nearly as before,
 * memory is bounded, and each of their connections is ended. With --full, or QUORATE_FULL=1, as many as
 * in `docs/evidence/floods.json`, which is written then.
 */
import { writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { expect } from 'chai'
import { round, summary } from '../../bench/statistics.mjs'
import { projectRoot } from '../project.js'
import { needed } from '../support/needed.js'
import { Program } from '../support/program.js'
import { provenance } from '../support/provenance.js'
import { utilLinuxMissing } from '../support/util-linux.js'
import { Besieged, type FloodOptions, p99 } from './flooded.js'

const isFull = process.argv.includes('--full') || process.env.QUORATE_FULL === '1'
const GARBAGE = isFull ? 100_000 : 5000
/** Windows of questions, half of them under the flood, and questions in each. */
const WINDOWS = isFull ? 20 : 6
const QUESTIONS = isFull ? 2000 : 700
/** Connections in each window under the flood; the window lasts until they have been made. */
const LEAST_MADE = 10
/** Of p99 under the flood to that without; the machine that tests run on may be busy with others. */
const SLOWER_MOST = 5
/** Milliseconds; what is below is for the scheduler of the machine to decide. */
const LEAST_P99 = 1
const GROWTH_BYTES_MOST = 96 * 2 ** 20

const yields = isFull ? 'idle' : 'nice'

const floods: readonly (Omit<FloodOptions, 'yields'> & { readonly title: string })[] = [
  { title: 'garbage', kind: 'garbage', atOnce: 200, perSecond: 1000 },
  { title: 'handshakes that no key opens', kind: 'handshake', atOnce: 200, perSecond: 300 },
  { title: 'handshakes with unknown keys', kind: 'key', atOnce: 100, perSecond: 100 },
  { title: 'silence', kind: 'silent', atOnce: 2000, perSecond: 1000 },
  { title: 'a byte a second', kind: 'slow', atOnce: 2000, perSecond: 1000 },
]

describe('floods of connections', function () {
  this.timeout(isFull ? 600_000 : 120_000)
  const besieged = new Besieged()
  const shown: object[] = []
  before(function () {
    needed(this, utilLinuxMissing())
    return besieged.start()
  })
  after(async () => {
    await besieged.stop()
    if (!isFull || shown.length <= floods.length) return
    const content = {
      ...provenance(['runtime', 'groups', 'ports', 'discovery', 'test/security']),
      floods: shown,
    }
    const path = join(projectRoot, 'docs', 'evidence', 'floods.json')
    writeFileSync(path, `${JSON.stringify(content, undefined, 1)}\n`)
  })

  for (const { title, ...options } of floods) {
    it(`of ${title} leave whoever has a key nearly as it was`, async () => {
      const flood = besieged.flood({ ...options, yields })
      try {
        await flood.ready()
        await besieged.asked(QUESTIONS)
        const calm: number[] = []
        const under: number[] = []
        const before = await besieged.uses()
        let most = before
        for (let window = 0; window < WINDOWS; window += 2) {
          calm.push(...(await besieged.asked(QUESTIONS)))
          under.push(...(await besieged.askedWhile(flood.resume(LEAST_MADE), QUESTIONS)))
          const uses = await besieged.uses()
          most = { bytes: Math.max(most.bytes, uses.bytes), files: Math.max(most.files, uses.files) }
          flood.pause()
        }
        const { made, ended } = await flood.stop()
        const ratio = p99(under) / p99(calm)
        const grown = Math.round((most.bytes - before.bytes) / 2 ** 20)
        const [before99, under99] = [calm, under].map((times) => p99(times).toFixed(2))
        const times = `p99 ${before99} ms, under it ${under99} ms (× ${ratio.toFixed(2)})`
        const open = most.files - before.files
        console.info(`${title}: ${times}; ${made} connections, ${open} at a time, ${grown} MiB more`)
        expect(ended).to.equal(made)
        expect(p99(under) / Math.max(p99(calm), LEAST_P99)).to.be.below(SLOWER_MOST)
        expect(most.bytes - before.bytes).to.be.below(GROWTH_BYTES_MOST)
        shown.push({
          of: title,
          ...{ perSecond: options.perSecond, atOnce: options.atOnce, made, ended, grownMiB: grown },
          ratioOfP99: round(ratio, 2),
          calmMs: summary(calm, 3),
          underItMs: summary(under, 3),
        })
      } finally {
        await flood.kill()
      }
    })
  }

  it(`of ${GARBAGE} connections end, each of them, and leave nothing behind`, async () => {
    const flood = besieged.flood({ kind: 'garbage', atOnce: 500, perSecond: 20_000, yields: 'none' })
    try {
      await flood.ready()
      const before = await besieged.uses()
      const startMs = performance.now()
      expect(await flood.make(GARBAGE)).to.deep.equal({ made: GARBAGE, ended: GARBAGE })
      let after = await besieged.uses()
      // The last files are closed a moment after their connections.
      while (after.files >= before.files + 10) after = await besieged.uses()
      const seconds = (performance.now() - startMs) / 1000
      const grown = Math.round((after.bytes - before.bytes) / 2 ** 20)
      console.info(`${GARBAGE} garbage connections in ${seconds.toFixed(1)} s, ${grown} MiB more afterwards`)
      expect(after.bytes - before.bytes).to.be.below(GROWTH_BYTES_MOST)
      await besieged.asked(10)
      shown.push({ of: 'garbage', made: GARBAGE, ended: GARBAGE, grownMiB: grown, seconds: round(seconds) })
    } finally {
      await flood.kill()
    }
  })
})

describe('strangers who take all files that a process may open', function () {
  this.timeout(60_000)
  const besieged = new Besieged()
  before(function () {
    needed(this, utilLinuxMissing())
    return besieged.start()
  })
  after(() => besieged.stop())

  it('end nobody who is connected, nor the process', async () => {
    const { files } = await besieged.uses()
    besieged.allowFiles(files + 150)
    const flood = besieged.flood({ kind: 'silent', atOnce: 300, perSecond: 400, yields: 'none' })
    try {
      await flood.ready()
      const flooded = flood.make(300)
      await besieged.askedWhile(flooded, 10)
      expect(await flooded).to.deep.equal({ made: 300, ended: 300 })
      await besieged.asked(10)
    } finally {
      await flood.kill()
    }
  })
})

describe('a program whose main thread is busy', function () {
  this.timeout(60_000)
  const CONNECTIONS = 3000
  const AT_ONCE = 50

  it('ends connections of strangers meanwhile, as many as there are', async () => {
    const busy = new Program(new URL('./programs/busy.ts', import.meta.url))
    try {
      const ports = (await busy.hear()).split(' ').map(Number)
      busy.say('block')
      expect(await busy.hear()).to.equal('blocks')
      let isBusy = true
      const goesOn = busy.hear().then(() => {
        isBusy = false
      })
      let left = CONNECTIONS
      const knock = (): Promise<void> =>
        new Promise((resolve) => {
          const socket = connect(ports[left % ports.length] ?? 0, '127.0.0.1')
          socket.on('error', () => undefined)
          socket.on('close', () => resolve())
          socket.end(Buffer.alloc(100, 'garbage '))
          socket.resume()
        })
      const work = async (): Promise<void> => {
        while (left-- > 0) await knock()
      }
      await Promise.all(Array.from({ length: AT_ONCE }, work))
      expect(isBusy).to.equal(true)
      await goesOn
    } finally {
      await busy.kill()
    }
  })
})
