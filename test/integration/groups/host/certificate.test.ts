/** Death certificates by the seat, of members whose process cannot be seen from here. */
import { expect } from 'chai'
import {
  certify,
  identity,
  type ProcessIdentity,
  type Seat,
  takeSeat,
} from '../../../../groups/host/index.js'
import { newSeat } from './seat-holders.js'

describe('a death certificate', () => {
  const never = new AbortController().signal
  let seat: Seat | undefined
  afterEach(() => seat?.release())

  /** As this process, but not to be seen from here. */
  function hidden(): ProcessIdentity {
    const own = identity()
    if (!own) throw new Error('this process has no identity')
    return { ...own, pidNamespace: 'pid:[0]' }
  }

  it('is given by the process where that can be seen, whoever holds the seat', async () => {
    const own = { ...hidden(), ...identity() }
    const suspect = { process: own, incarnation: 'own', seat: newSeat() }
    expect(await certify(suspect, never)).to.equal('alive')
    const gone = { ...suspect, process: { ...own, startTicks: 1 } }
    expect(await certify(gone, never)).to.equal('gone')
  })

  it('is given where the seat is free, or another holds it, and not while it is held', async () => {
    const suspect = { process: hidden(), incarnation: 'own', seat: newSeat() }
    seat = await takeSeat(suspect.seat, { incarnation: 'own' })
    expect(await certify(suspect, never)).to.equal('alive')
    seat?.release()
    expect(await certify(suspect, never)).to.equal('gone')
    seat = await takeSeat(suspect.seat, { incarnation: 'next' })
    expect(await certify(suspect, never)).to.equal('gone')
  })

  it('is not given by the seat of another boot or network, or of one who held none', async () => {
    const suspect = { process: hidden(), incarnation: 'own', seat: newSeat() }
    expect(await certify({ ...suspect, seat: undefined }, never)).to.equal('unknown')
    expect(await certify({ ...suspect, process: undefined }, never)).to.equal('unknown')
    for (const other of [{ bootId: 'x' }, { netNamespace: 'x' }]) {
      const elsewhere = { ...suspect, process: { ...suspect.process, ...other } }
      expect(await certify(elsewhere, never), JSON.stringify(other)).to.equal('unknown')
    }
  })
})
