/** Seats held by real processes, which die, stop and block. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { expect } from 'chai'
import {
  holderOf,
  hostNowMs,
  identity,
  isSeatFree,
  type Seat,
  type SeatHolder,
  seatState,
  takeSeat,
  tellRefused,
  untilBroken,
  untilFree,
} from '../../../../groups/host/index.js'
import { hostLimits } from '../../../../groups/host/limits.js'
import { seatPath } from '../../../../groups/host/seat-name.js'
import { rejectionOf } from '../../../rejection.js'
import { bundled } from '../../../support/bundled.js'
import { Holders, newSeat } from './seat-holders.js'

describe('a seat of a group', function () {
  this.timeout(30_000)
  const holders = new Holders()
  const seats: Seat[] = []
  const never = new AbortController().signal
  afterEach(async () => {
    for (const seat of seats.splice(0)) seat.release()
    await holders.end()
  })

  async function take(name = newSeat(), incarnation = 'own'): Promise<Seat | undefined> {
    const seat = await takeSeat(name, { incarnation })
    if (seat) seats.push(seat)
    return seat
  }

  it('is held by one at a time, of this process or another', async () => {
    const name = newSeat()
    expect(await isSeatFree(name)).to.equal(true)
    expect(await take(name)).to.not.equal(undefined)
    expect(await take(name, 'second')).to.equal(undefined)
    expect((await holders.start(name, 'third')).taken).to.equal(false)
    expect(await isSeatFree(name)).to.equal(false)
    expect((await holderOf(name))?.incarnation).to.equal('own')
  })

  it('tells who holds it', async () => {
    const name = newSeat()
    const { taken, identity: process } = await holders.start(name, 'other')
    expect(taken).to.equal(true)
    expect(await seatState(name)).to.deep.equal({
      kind: 'held',
      by: { incarnation: 'other', process, parameters: undefined },
    })
    await take(name)
    expect((await holderOf(name))?.process).to.deep.equal(process)
    expect(process).to.not.deep.equal(identity())
  })

  it('tells what its holder means by the group, and tells the holder of one that was refused', async () => {
    const name = newSeat()
    const told: SeatHolder[] = []
    const sitter = { incarnation: 'own', parameters: 'quorum=2' }
    const seat = await takeSeat(name, { ...sitter, refused: (other) => void told.push(other) })
    if (seat) seats.push(seat)
    expect((await holderOf(name))?.parameters).to.equal('quorum=2')
    await tellRefused(name, { incarnation: 'other', parameters: 'quorum=3' })
    expect(told).to.deep.equal([{ incarnation: 'other', process: identity(), parameters: 'quorum=3' }])
    expect((await holderOf(name))?.incarnation).to.equal('own')
    // Nobody is there to be told.
    await tellRefused(newSeat(), sitter)
  })

  it('is free as soon as it is released, and tells when it was taken', async () => {
    const name = newSeat()
    const before = hostNowMs()
    const seat = await take(name)
    expect(seat?.takenAtMs).to.be.within(before, hostNowMs())
    const broken = untilBroken(name, never)
    await holderOf(name)
    seat?.release()
    seat?.release()
    expect(await take(name, 'next')).to.not.equal(undefined)
    expect(await broken).to.equal('broken')
    expect((await holderOf(name))?.incarnation).to.equal('next')
  })

  it('is freed by the death of its holder, which those who wait hear of', async () => {
    const name = newSeat()
    const { program } = await holders.start(name, 'other')
    const [one, other] = [untilFree(name, never), untilFree(name, never)]
    await holderOf(name)
    const dead = program.kill()
    await Promise.all([one, other])
    expect(await take(name)).to.not.equal(undefined)
    await dead
  })

  it('G1.2 The kernel frees a seat when the process that holds it dies, and not before.', async () => {
    for (const hold of ['pause', 'block'] as const) {
      const name = newSeat()
      const { program } = await holders.start(name, hold)
      const end = { isFree: false }
      const waiting = untilFree(name, never).then(() => {
        end.isFree = true
      })
      if (hold === 'pause') program.pause()
      else {
        program.say('block')
        await program.hear()
      }
      expect(await seatState(name), hold).to.deep.equal({ kind: 'unclear' })
      expect(await take(name), hold).to.equal(undefined)
      expect(end.isFree, hold).to.equal(false)
      await program.kill()
      await waiting
      expect(await isSeatFree(name), hold).to.equal(true)
    }
  })

  it('is still told of by a holder that was stopped and goes on', async () => {
    const name = newSeat()
    const { program } = await holders.start(name, 'other')
    program.pause()
    expect(await holderOf(name)).to.equal(undefined)
    program.resume()
    expect((await holderOf(name))?.incarnation).to.equal('other')
  })

  it('is not kept by processes that its holder started', async () => {
    const name = newSeat()
    const { program } = await holders.start(name, 'other')
    program.say('spawn')
    const { pid } = JSON.parse(await program.hear())
    try {
      await program.kill()
      expect(await isSeatFree(name)).to.equal(true)
    } finally {
      process.kill(pid, 'SIGKILL')
    }
  })

  it('does not keep its process alive', async () => {
    const { app, group, seat } = newSeat()
    const program = bundled(new URL('./programs/leaves.ts', import.meta.url).pathname)
    const stdio = ['ignore', 'inherit', 'inherit', 'ipc'] as const
    const child = spawn(process.execPath, [program, app, group, seat], { stdio: [...stdio] })
    const [said, [code]] = await Promise.all([once(child, 'message'), once(child, 'exit')])
    expect([said[0], code]).to.deep.equal(['taken', 0])
  })

  it('is refused where the system cannot hold it, with the way out', async () => {
    const { platform } = process
    Object.defineProperty(process, 'platform', { value: 'darwin' })
    try {
      const error = await rejectionOf(take())
      expect(error).to.include({ name: 'HostError', code: 'no-seats-here', retryable: false })
      expect(error.message).to.match(/^the seat 1 of the group Pair\/one of test-.* on darwin: .*; start the/)
    } finally {
      Object.defineProperty(process, 'platform', { value: platform })
    }
    expect((await rejectionOf(take(newSeat(), ''))).name).to.equal('InvariantViolation')
  })

  it('goes to one of those that take it at once', async () => {
    const name = newSeat()
    const taken = await Promise.all(Array.from({ length: 20 }, (_, index) => take(name, `n${index}`)))
    expect(taken.filter((seat) => seat !== undefined)).to.have.length(1)
  })

  it('is waited for until the signal aborts', async () => {
    const name = newSeat()
    await take(name)
    const stop = new AbortController()
    const waiting = untilFree(name, stop.signal)
    await holderOf(name)
    stop.abort(new Error('enough'))
    expect((await rejectionOf(waiting)).message).to.equal('enough')
    expect((await rejectionOf(untilFree(name, stop.signal))).message).to.equal('enough')
  })

  it('is told of to one who asks while others hold more connections than it may have', async () => {
    const name = newSeat()
    await take(name)
    const sockets: Socket[] = []
    while (sockets.length < hostLimits.seatConnections * 2) {
      const socket = connect({ path: seatPath(name) })
      socket.on('error', () => undefined)
      sockets.push(socket)
      await once(socket, 'connect')
    }
    try {
      expect((await holderOf(name))?.incarnation).to.equal('own')
      expect(await isSeatFree(name)).to.equal(false)
    } finally {
      for (const socket of sockets) socket.destroy()
    }
  })

  it('cuts who has anything else to say to it, and believes nothing of it', async () => {
    const name = newSeat()
    const told: SeatHolder[] = []
    const seat = await takeSeat(name, { incarnation: 'own', refused: (other) => void told.push(other) })
    if (seat) seats.push(seat)
    const endless = 'a'.repeat(hostLimits.seatAnswerBytes + 1)
    for (const said of ['let me in\n'.repeat(10_000), '{"v":1}\n', endless, `${endless}\n`]) {
      const socket = connect({ path: seatPath(name) })
      socket.on('error', () => undefined)
      const closed = new Promise((resolve) => socket.once('close', resolve))
      socket.resume()
      socket.write(said)
      await closed
    }
    expect([(await holderOf(name))?.incarnation, told]).to.deep.equal(['own', []])
  })

  it('is not free where its holder is stopped and takes no more connections', async () => {
    const name = newSeat()
    const { program } = await holders.start(name, 'other')
    program.pause()
    const count = hostLimits.seatConnections * 2
    const sockets = Array.from({ length: count }, () => connect({ path: seatPath(name) }))
    const full = Promise.race(sockets.map((socket) => once(socket, 'close').catch((error) => error)))
    try {
      expect(await full).to.have.property('code', 'EAGAIN')
      expect(await seatState(name)).to.deep.equal({ kind: 'unclear' })
      const stop = new AbortController()
      expect(await untilBroken(name, stop.signal)).to.equal('failed')
    } finally {
      for (const socket of sockets) socket.destroy()
    }
  })
})
