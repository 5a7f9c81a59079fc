/** One clock for all threads and processes of a host, and one identity for all threads of a process. */
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import { expect } from 'chai'
import { hostNowMs, identity } from '../../../../groups/host/index.js'
import { bundled } from '../../../support/bundled.js'
import { Program } from '../../../support/program.js'

const THREAD = fileURLToPath(new URL('./programs/clock-thread.ts', import.meta.url))
const HOLDER = new URL('./programs/holder.ts', import.meta.url)

describe('the clock of a host, elsewhere', function () {
  this.timeout(30_000)

  it('is the same in all threads, as is the identity of their process', async () => {
    const worker = new Worker(bundled(THREAD))
    try {
      for (let trial = 0; trial < 20; trial++) {
        const before = hostNowMs()
        worker.postMessage('now')
        const [{ nowMs, identity: seen, refused }] = await once(worker, 'message')
        expect(nowMs).to.be.within(before, hostNowMs())
        expect(seen).to.deep.equal(identity())
        expect(refused).to.equal('seat-in-thread')
      }
    } finally {
      await worker.terminate()
    }
  })

  it('is the same in all processes', async () => {
    const program = new Program(HOLDER)
    try {
      await program.hear()
      for (let trial = 0; trial < 20; trial++) {
        const before = hostNowMs()
        program.say('now')
        const { nowMs } = JSON.parse(await program.hear())
        expect(nowMs).to.be.within(before, hostNowMs())
      }
    } finally {
      await program.kill()
    }
  })
})
