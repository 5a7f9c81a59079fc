/** That links of a rig are spoilt as they are said to be, and that nothing is left of a rig. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { expect } from 'chai'
import { projectRoot } from '../project.js'
import { needed } from '../support/needed.js'
import { labMissing } from './missing.js'
import { run, sweep } from './namespaces.js'
import { Rig } from './rig.js'
import type { Spoilt } from './switch.js'

/**
 * Sends so many numbered datagrams to each host's port 9000, and ends. By a socket for each: what waits for a
 * host that does not answer fills one.
 */
const SEND = `
const { createSocket } = require('dgram')
const [count, ...hosts] = process.argv.slice(1)
const sockets = hosts.map((host) => {
  const socket = createSocket('udp4')
  socket.connect(9000, host)
  return new Promise((resolve) => socket.once('connect', () => resolve(socket)))
})
Promise.all(sockets).then((sockets) => {
  let n = 0
  const timer = setInterval(() => {
    for (const socket of sockets) socket.send(n + ' ' + process.hrtime().join(' '), () => undefined)
    if (++n === Number(count)) { clearInterval(timer); setTimeout(() => process.exit(), 100) }
  }, 1)
})`
/** Says what comes to port 9000, with how long it took. */
const HEAR = `
const socket = require('dgram').createSocket('udp4')
socket.on('message', (text) => {
  const [n, s, ns] = String(text).split(' ').map(Number)
  const [now, nanos] = process.hrtime()
  console.log(n + ' ' + ((now - s) * 1e3 + (nanos - ns) / 1e6))
})
socket.bind(9000, () => console.log('up'))`
/** Has a rig until it is killed. */
const MAKE = `
import { Rig } from './test/lab/rig.ts'
await Rig.of(2)
console.log('made')
setInterval(() => {}, 1e6)`
const SENT = 400
/** All that is on its way is there by then; what is still to come is lost. */
const LATE_MS = 600

describe('a rig', function () {
  this.timeout(60_000)
  let rig: Rig
  before(function () {
    needed(this, labMissing())
  })
  beforeEach(async () => {
    rig = await Rig.of(3)
  })
  afterEach(() => rig.remove())

  interface Heard {
    readonly n: number
    readonly ms: number
  }

  /** What hosts 2 and 3 hear of what host 1 sends to both. */
  async function send(): Promise<readonly (readonly Heard[])[]> {
    const ears = [2, 3].map((host) => {
      const [command, args] = rig.on(host)(process.execPath, '-e', HEAR)
      const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] })
      const lines = createInterface({ input: child.stdout })
      const heard: Heard[] = []
      const up = once(lines, 'line').then(() => {
        lines.on('line', (line) => {
          const [n = 0, ms = 0] = line.split(' ').map(Number)
          heard.push({ n, ms })
        })
      })
      return { child, heard, up }
    })
    await Promise.all(ears.map(({ up }) => up))
    const [command, args] = rig.on(1)(
      process.execPath,
      '-e',
      SEND,
      String(SENT),
      rig.address(2),
      rig.address(3),
    )
    await once(spawn(command, args, { stdio: 'inherit' }), 'close')
    await new Promise((resolve) => setTimeout(resolve, LATE_MS))
    for (const { child } of ears) {
      const closed = once(child, 'close')
      child.kill('SIGKILL')
      await closed
    }
    return ears.map(({ heard }) => heard)
  }

  /** The hosts learn of each other: who asks in vain where another is asks again only after a second. */
  async function known(): Promise<void> {
    expect((await send()).map(({ length }) => length)).to.deep.equal([SENT, SENT])
  }

  /** What host 2 hears over the spoilt link, where host 3 hears all, once, in order. */
  async function over(how: Spoilt): Promise<readonly Heard[]> {
    await known()
    await rig.spoil([1], [2], how)
    const [spoilt = [], whole = []] = await send()
    expect(whole.map(({ n }) => n)).to.deep.equal(Array.from({ length: SENT }, (_, n) => n))
    return spoilt
  }

  it('cuts one direction of one cable, and heals', async () => {
    const counts = async (): Promise<readonly number[]> => (await send()).map(({ length }) => length)
    await known()
    await rig.spoil([1], [2], { cut: true })
    expect(await counts()).to.deep.equal([0, SENT])
    await rig.switch.clear()
    expect(await counts()).to.deep.equal([SENT, SENT])
  })

  it('loses a part of the frames', async () => {
    const { length } = await over({ loss: 0.25 })
    // The same each time, by its seed, but for frames of others: far from none, and from all.
    expect(length / SENT).to.be.within(0.6, 0.9)
  })

  it('delays, repeats and reorders frames', async () => {
    const heard = await over({ delayMs: 40, duplicate: 0.2, reorder: 0.2 })
    expect(Math.min(...heard.map(({ ms }) => ms))).to.be.at.least(40)
    expect(new Set(heard.map(({ n }) => n)).size).to.equal(SENT)
    expect(heard.length / SENT).to.be.within(1.05, 1.4)
    const overtaken = heard.filter(({ n }, at) => n < Math.max(...heard.slice(0, at).map((each) => each.n)))
    expect(overtaken.length).to.be.above(SENT / 20)
  })

  it('is swept away when its process was killed, and others are not', async () => {
    const args = ['--import', 'tsx', '--input-type=module', '-e', MAKE]
    const maker = spawn(process.execPath, args, { cwd: projectRoot, stdio: ['ignore', 'pipe', 'inherit'] })
    await once(createInterface({ input: maker.stdout }), 'line')
    const ofMaker = (): string[] =>
      run('ip', ['netns', 'list'])
        .split('\n')
        .filter((line) => line.startsWith(`qlab${maker.pid}x`))
    expect(ofMaker()).to.have.length(3)
    const gone = once(maker, 'exit')
    maker.kill('SIGKILL')
    await gone
    sweep()
    expect(ofMaker()).to.deep.equal([])
    expect(rig.run(1, 'ip', ['-br', 'link', 'show', 'eth0'])).to.include('UP')
  })
})
