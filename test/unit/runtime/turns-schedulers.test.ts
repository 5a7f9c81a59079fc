/** Turns with `rr` and `priority`, where ports are flooded; and deadlines of handlers. */
import { expect } from 'chai'
import { message, portLimits, Sub } from '../../../ports/index.js'
import { ComponentTurns, type TurnsOptions } from '../../../runtime/turns.js'
import { deferred, eventually } from '../../support/eventually.js'

const M = message('M')
const flooded = new Sub(M)
const quiet = new Sub(M)

function turnsWith(options: TurnsOptions): ComponentTurns {
  return new ComponentTurns(
    (error) => {
      throw error
    },
    { ports: [flooded, quiet], ...options },
  )
}

describe('the turns of a component with a scheduler of its own', () => {
  for (const scheduler of ['rr', 'priority'] as const) {
    for (const [kind, handler] of [
      ['handlers', () => undefined],
      ['async handlers', async () => undefined],
    ] as const) {
      it(`${scheduler}: the event loop has a turn between any two ${kind}`, async () => {
        const turns = turnsWith({ scheduler })
        let rounds = 0
        let isOver = false
        const count = (): void => {
          rounds++
          if (!isOver) setImmediate(count)
        }
        setImmediate(count)
        const at: number[] = []
        const note = (): unknown => {
          at.push(rounds)
          return handler()
        }
        for (let i = 0; i < 50; i++) turns.run(flooded, note, undefined, undefined)
        await turns.idle()
        isOver = true
        expect(new Set(at).size).to.equal(50)
      })
    }
  }

  it('rr: a port is handled after at most one message of a port that is flooded', async () => {
    const turns = turnsWith({ scheduler: 'rr' })
    const seen: string[] = []
    let left = 700
    let floods = 0
    const flood = (): void => {
      seen.push('flooded')
      for (; left > 0 && !turns.gate(flooded).full; left--) turns.run(flooded, flood, undefined, undefined)
      if (++floods % 7 === 0) turns.run(quiet, () => seen.push('quiet'), undefined, undefined)
    }
    turns.run(flooded, flood, undefined, undefined)
    await turns.idle()
    const round = [...Array(7).fill('flooded'), 'quiet']
    expect(seen).to.deep.equal([...Array(100).fill(round).flat(), 'flooded'])
  })

  it('priority: what comes for the first port is handled next, whatever waits for others', async () => {
    const turns = turnsWith({ scheduler: 'priority' })
    const seen: string[] = []
    for (let i = 0; i < 5; i++) {
      turns.run(quiet, (n: number) => seen.push(`low ${n}`), i, undefined)
    }
    turns.run(
      quiet,
      () => {
        seen.push('low 5')
        turns.run(flooded, () => seen.push('high'), undefined, undefined)
        turns.run(quiet, () => seen.push('low 6'), undefined, undefined)
      },
      undefined,
      undefined,
    )
    await turns.idle()
    expect(seen.slice(-3)).to.deep.equal(['low 5', 'high', 'low 6'])
  })

  it('a timer of Node fires while a port is flooded', async () => {
    const turns = turnsWith({ scheduler: 'priority' })
    let isOver = false
    const again = (): void => {
      if (!isOver) turns.run(flooded, again, undefined, undefined)
    }
    again()
    await new Promise((resolve) => setTimeout(resolve, 5))
    isOver = true
    await turns.idle()
  })

  it('a full port holds no other back, and is read again while others have messages', async () => {
    const turns = turnsWith({ scheduler: 'rr' })
    const gate = deferred()
    turns.run(quiet, () => gate.promise, undefined, undefined)
    await eventually(() => turns.gate(quiet).full === false, 'the turn')
    for (let i = 0; i < portLimits.mailboxMessages; i++)
      turns.run(flooded, async () => undefined, undefined, undefined)
    expect([turns.gate(flooded).full, turns.gate(quiet).full]).to.deep.equal([true, false])
    let isOver = false
    const never = (): void => {
      if (!isOver) turns.run(quiet, never, undefined, undefined)
    }
    turns.run(quiet, never, undefined, undefined)
    const room = turns.gate(flooded).room()
    gate.resolve()
    await room
    expect(turns.gate(flooded).full).to.equal(false)
    isOver = true
    await turns.idle()
  })

  it('a hook comes before all messages', async () => {
    const turns = turnsWith({ scheduler: 'rr' })
    const seen: string[] = []
    const gate = deferred()
    const first = turns.hook(() => gate.promise)
    for (const port of [flooded, quiet]) turns.run(port, () => seen.push('message'), undefined, undefined)
    const hooked = turns.hook(() => seen.push('hook'))
    gate.resolve()
    await Promise.all([first, hooked])
    await turns.idle()
    expect(seen).to.deep.equal(['hook', 'message', 'message'])
  })

  it('drop what waits when they are stopped, and are idle', async () => {
    const turns = turnsWith({ scheduler: 'rr' })
    const seen: string[] = []
    turns.run(quiet, () => seen.push('message'), undefined, undefined)
    const idle = turns.idle()
    turns.stop()
    await idle
    turns.hookFirst(() => seen.push('next'))
    expect(seen).to.deep.equal([])
  })
})

describe('the deadline of a port', () => {
  const hasty = new Sub(M, undefined, { deadline: '5ms' })
  let overruns: string[]

  function turnsThatTell(): ComponentTurns {
    overruns = []
    const turns: ComponentTurns = turnsWith({
      ports: [hasty, quiet],
      onOverrun: (port, tookMs) => {
        expect(tookMs).to.be.above(port.deadlineMs)
        turns.hookFirst(() => overruns.push('told'))
      },
    })
    return turns
  }

  const slow = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 8))
  const busy = (): void => {
    const until = performance.now() + 8
    while (performance.now() < until);
  }

  for (const [what, handler] of [
    ['the event loop', busy],
    ['the clock until it has settled', slow],
    ['either, also where it throws', () => slow().then(() => Promise.reject(new Error('late')))],
  ] as const) {
    it(`counts ${what}`, async () => {
      const turns = new ComponentTurns(() => undefined, { onOverrun: () => overruns.push('told') })
      overruns = []
      turns.run(hasty, handler, undefined, undefined)
      await turns.idle()
      expect(overruns).to.deep.equal(['told'])
    })
  }

  it('does not count what a message waited for its turn, nor what ports without one take', async () => {
    const patient = new Sub(M, undefined, { deadline: '100ms' })
    const turns = turnsWith({ ports: [patient, quiet], onOverrun: ({ name }) => overruns.push(name) })
    overruns = []
    turns.run(quiet, () => new Promise((resolve) => setTimeout(resolve, 150)), undefined, undefined)
    turns.run(patient, () => undefined, undefined, undefined)
    await turns.idle()
    expect(overruns).to.deep.equal([])
  })

  it('that is overrun at each message is told between them: nothing piles up', async () => {
    const turns = turnsThatTell()
    const seen = (): unknown => overruns.push('handler')
    for (let i = 0; i < 4; i++) turns.run(hasty, () => slow().then(seen), undefined, undefined)
    await turns.idle()
    expect(overruns.join(' ')).to.equal(Array(4).fill('handler told').join(' '))
  })
})
