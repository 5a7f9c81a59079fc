import { expect } from 'chai'
import { driverLimits } from '../../../../groups/driver/index.js'
import { WayOut } from '../../../../groups/driver/way-out.js'
import { eventually } from '../../../support/eventually.js'

describe('a way out', () => {
  let taken: string[]
  let refusal: string | undefined
  let unsent: number
  let lost: number
  let way: WayOut
  beforeEach(() => {
    taken = []
    refusal = undefined
    unsent = 0
    lost = 0
    way = new WayOut(
      async (parts) => {
        if (refusal) throw Object.assign(new Error(refusal), { code: refusal })
        taken.push(String(parts[0]))
      },
      {
        unsent: (_route, count) => {
          unsent += count
        },
        lost: () => {
          lost++
        },
      },
    )
  })
  afterEach(() => way.close())

  const frame = (text: string): Buffer[] => [Buffer.from(text)]

  it('keeps the order of frames of a kind', async () => {
    for (let i = 0; i < 5; i++) way.users(frame(`${i}`), 'all', 1)
    await eventually(() => taken.length === 5, 'all are taken')
    expect(taken).to.deep.equal(['0', '1', '2', '3', '4'])
  })

  it('lets control overtake users while the socket is full', async () => {
    refusal = 'EAGAIN'
    way.users(frame('first'), 'all', 1)
    way.users(frame('second'), 'all', 1)
    way.control(frame('control'))
    await new Promise((resolve) => setTimeout(resolve, 2 * driverLimits.retryMs))
    refusal = undefined
    await eventually(() => taken.length === 3, 'all are taken')
    expect(taken).to.deep.equal(['control', 'first', 'second'])
    expect(unsent).to.equal(0)
  })

  it('tells what is beyond its bound, and keeps what is within', async () => {
    refusal = 'EAGAIN'
    // One is with the socket.
    for (let i = 0; i < driverLimits.usersFrames + 11; i++) way.users(frame(`${i}`), 'all', 2)
    await eventually(() => unsent > 0, 'some are unsent')
    expect(unsent).to.equal(20)
    refusal = undefined
    await eventually(() => taken.length === driverLimits.usersFrames + 1, 'the others are taken')
  })

  it('takes one frame that is larger than all may be', async () => {
    way.users([Buffer.alloc(driverLimits.usersBytes + 1, 'x')], 'all', 1)
    await eventually(() => taken.length === 1, 'it is taken')
  })

  it('drops all where it leads nowhere, and says so', async () => {
    refusal = 'EHOSTUNREACH'
    way.users(frame('first'), 'all', 1)
    way.users(frame('second'), 'all', 1)
    way.control(frame('control'))
    await eventually(() => lost === 1, 'it is lost')
    expect(unsent).to.equal(2)
    refusal = undefined
    way.users(frame('third'), 'all', 1)
    await eventually(() => taken.length === 1, 'the next is taken')
    expect(taken).to.deep.equal(['third'])
  })

  it('takes nothing more once it is closed', () => {
    way.close()
    way.control(frame('control'))
    way.users(frame('first'), 'all', 3)
    expect(taken).to.deep.equal([])
    expect(unsent).to.equal(3)
  })
})
