/** The witness of a host as other hosts ask it: over a socket, of real processes. */
import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import { expect } from 'chai'
import { askWitness, hostLimits, WitnessDoor } from '../../../../groups/host/index.js'
import { questionLine, WitnessKey } from '../../../../groups/host/witness-words.js'
import { type Holder, Holders, newSeat } from './seat-holders.js'

const HOST = '127.0.0.1'

describe('the witness of another host', function () {
  this.timeout(30_000)
  const holders = new Holders()
  const never = new AbortController().signal
  const ends: (() => void)[] = []
  afterEach(async () => {
    for (const end of ends.splice(0)) end()
    await holders.end()
  })

  async function door() {
    const witness = new WitnessDoor()
    ends.push(() => witness.close())
    const ad = await witness.at(HOST)
    if (!ad) return expect.fail('it does not listen')
    return { witness, at: { ...ad, host: HOST } }
  }

  const suspectOf = ({ identity }: Holder) => ({ process: identity, incarnation: 'x', seat: undefined })

  it('says that one is gone that was killed, and not before', async () => {
    const { at } = await door()
    const victim = await holders.start(newSeat(), 'x')
    expect(await askWitness(suspectOf(victim), at, never)).to.equal('alive')
    await victim.program.kill()
    expect(await askWitness(suspectOf(victim), at, never)).to.equal('gone')
  })

  it('certifies none that is stopped, and none that has the number of one that is gone', async () => {
    const { at } = await door()
    const stopped = await holders.start(newSeat(), 'x')
    stopped.program.pause()
    expect(await askWitness(suspectOf(stopped), at, never)).to.equal('alive')
    const { startTicks } = stopped.identity
    const before = { ...stopped.identity, startTicks: startTicks - 1 }
    expect(await askWitness({ ...suspectOf(stopped), process: before }, at, never)).to.equal('gone')
    expect(await askWitness(suspectOf(stopped), at, never)).to.equal('alive')
  })

  it('knows nothing of the processes of another boot', async () => {
    const { at } = await door()
    const victim = await holders.start(newSeat(), 'x')
    await victim.program.kill()
    const elsewhere = { ...victim.identity, bootId: 'another' }
    expect(await askWitness({ ...suspectOf(victim), process: elsewhere }, at, never)).to.equal('unknown')
  })

  it('G11.9 The witness that a member named on its host is asked; only what it signed counts.', async () => {
    const { at } = await door()
    const victim = await holders.start(newSeat(), 'x')
    const other = new WitnessKey().public
    expect(await askWitness(suspectOf(victim), { ...at, key: other }, never)).to.equal('unknown')
    // One in between, that makes it dead.
    const between = createServer((asker) => {
      const asked = connect(at)
      asker.pipe(asked)
      asked.on('data', (said) => asker.end(said.toString().replace('"alive"', '"gone"')))
    })
    ends.push(() => between.close())
    between.listen({ host: HOST, port: 0 })
    await once(between, 'listening')
    const address = between.address()
    if (typeof address !== 'object' || !address) return expect.fail('no address')
    const changed = { ...at, port: address.port }
    expect(await askWitness(suspectOf(victim), changed, never)).to.equal('unknown')
  })

  it('is heard only of the very question: an answer of before is none', async () => {
    const key = new WitnessKey()
    const victim = await holders.start(newSeat(), 'x')
    const old = questionLine(suspectOf(victim)) ?? ''
    const replayed = createServer((asker) => asker.end(`${key.answerLine(old, 'gone')}\n`))
    ends.push(() => replayed.close())
    replayed.listen({ host: HOST, port: 0 })
    await once(replayed, 'listening')
    const address = replayed.address()
    if (typeof address !== 'object' || !address) return expect.fail('no address')
    const at = { host: HOST, port: address.port, key: key.public }
    expect(await askWitness(suspectOf(victim), at, never)).to.equal('unknown')
  })

  it('says nothing where nobody listens, or who asks is cut for what it says', async () => {
    const { witness, at } = await door()
    for (const text of ['hello\n', 'x'.repeat(hostLimits.witnessLineBytes + 1)]) {
      const socket = connect(at)
      socket.on('error', () => undefined)
      socket.write(text)
      const ended = once(socket, 'close')
      socket.resume()
      await ended
    }
    const victim = await holders.start(newSeat(), 'x')
    expect(await askWitness(suspectOf(victim), at, never)).to.equal('alive')
    witness.close()
    expect(await askWitness(suspectOf(victim), at, never)).to.equal('unknown')
    expect(await witness.at(HOST)).to.equal(undefined)
  })
})
