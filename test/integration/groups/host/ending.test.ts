/**
 * That a seat is free is a death certificate: so it is not free while any thread of its holder still acts, in
 * whichever way that ends.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect } from 'chai'
import { hostNowMs, untilFree } from '../../../../groups/host/index.js'
import { bundled } from '../../../support/bundled.js'
import { eventually } from '../../../support/eventually.js'
import { newSeat } from './seat-holders.js'

const PROGRAM = fileURLToPath(new URL('./programs/acts.ts', import.meta.url))

describe('a seat whose holder ends', function () {
  this.timeout(30_000)
  const folder = mkdtempSync(join(tmpdir(), 'quorate-acts-'))
  let child: ChildProcess | undefined
  afterEach(() => child?.kill('SIGKILL'))
  after(() => rmSync(folder, { recursive: true, force: true }))

  /** When the other thread acted last. */
  function lastActMs(file: string): number {
    try {
      return readFileSync(file).readDoubleLE()
    } catch {
      return 0
    }
  }

  for (const how of ['exit', 'throw', 'end', 'SIGTERM', 'SIGKILL'] as const) {
    it(`by ${how} is free only after the last act of its threads`, async () => {
      const [name, file] = [newSeat(), join(folder, how)]
      const args = [bundled(PROGRAM), name.app, name.group, name.seat, file]
      const holder = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'ignore', 'ipc'] })
      child = holder
      const gone = once(holder, 'exit')
      expect((await once(holder, 'message'))[0]).to.equal('taken')
      await eventually(() => lastActMs(file) > 0, 'an act')
      const free = untilFree(name, new AbortController().signal).then(hostNowMs)
      if (how === 'SIGTERM' || how === 'SIGKILL') holder.kill(how)
      else holder.send(how)
      const freeMs = await free
      await gone
      expect(lastActMs(file)).to.be.below(freeMs)
    })
  }
})
