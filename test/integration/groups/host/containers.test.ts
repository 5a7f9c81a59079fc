/** Members that live in namespaces of their own, as containers do, and the host that they share. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { expect } from 'chai'
import {
  certify,
  isGone,
  isSeatFree,
  type ProcessIdentity,
  takeSeat,
  untilBroken,
} from '../../../../groups/host/index.js'
import { skip } from '../../../skip.js'
import { bundled } from '../../../support/bundled.js'
import { newSeat } from './seat-holders.js'

const PROGRAM = new URL('./programs/contained.ts', import.meta.url).pathname
const never = new AbortController().signal

describe('a member in a container', function () {
  this.timeout(30_000)
  const ends: (() => Promise<unknown>)[] = []
  before(function () {
    if (process.getuid?.() !== 0) skip(this, 'needs root for namespaces')
  })
  afterEach(async () => {
    await Promise.all(ends.splice(0).map((end) => end()))
  })

  /** Runs the program in such namespaces, holding a seat for `inside`. */
  async function contained(...namespaces: string[]) {
    const seat = newSeat()
    const args = [
      ...namespaces,
      process.execPath,
      bundled(PROGRAM),
      seat.app,
      seat.group,
      seat.seat,
      'inside',
    ]
    const child = spawn('unshare', ['--fork', '--kill-child', ...args], {
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    const gone = once(child, 'exit')
    const kill = async (): Promise<void> => {
      child.kill('SIGKILL')
      await gone
    }
    ends.push(kill)
    const [line] = await once(createInterface({ input: child.stdout }), 'line')
    const said: { identity?: ProcessIdentity } = JSON.parse(line)
    return { seat, suspect: { process: said.identity, incarnation: 'inside', seat }, kill }
  }

  it('is not looked for in the processes of another', async () => {
    const { suspect } = await contained('--pid', '--mount-proc')
    if (!suspect.process) return expect.fail('no identity')
    expect(suspect.process.pid).to.equal(1)
    expect(isGone(suspect.process)).to.equal('unknown')
  })

  it('has no identity where it sees the processes of another', async () => {
    const { suspect } = await contained('--pid')
    expect(suspect.process).to.equal(undefined)
    expect(await certify(suspect, never)).to.equal('unknown')
  })

  it('is not looked for where times of start are told otherwise', async () => {
    const { suspect } = await contained('--time', '--boottime', '100000')
    if (!suspect.process) return expect.fail('no identity')
    expect(isGone(suspect.process)).to.equal('unknown')
  })

  it('is certified by its seat where it shares the network', async () => {
    const { seat, suspect, kill } = await contained('--pid', '--mount-proc')
    expect(await certify(suspect, never)).to.equal('alive')
    const sign = untilBroken(seat, never)
    await kill()
    expect(await sign).to.equal('broken')
    expect(await certify(suspect, never)).to.equal('gone')
    const held = await takeSeat(seat, { incarnation: 'outside' })
    expect(await certify(suspect, never)).to.equal('gone')
    expect(await certify({ ...suspect, seat: undefined }, never)).to.equal('unknown')
    held?.release()
  })

  it('is not certified by its seat where it has a network of its own, in which that is another', async () => {
    const { seat, suspect } = await contained('--pid', '--mount-proc', '--net')
    expect(await isSeatFree(seat)).to.equal(true)
    expect(await certify(suspect, never)).to.equal('unknown')
  })
})
