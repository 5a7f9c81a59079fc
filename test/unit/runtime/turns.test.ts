import { expect } from 'chai'
import { message, portLimits, Sub } from '../../../ports/index.js'
import { ComponentTurns } from '../../../runtime/turns.js'

const port = new Sub(message('M'))

function withResolvers(): { promise: Promise<void>; resolve: () => void; reject: (error: Error) => void } {
  let resolve = (): void => undefined
  let reject = (_error: Error): void => undefined
  const promise = new Promise<void>((yes, no) => {
    resolve = yes
    reject = no
  })
  return { promise, resolve, reject }
}

describe('the turns of a component', () => {
  let failures: unknown[]
  let turns: ComponentTurns

  beforeEach(() => {
    failures = []
    turns = new ComponentTurns((error) => failures.push(error))
  })

  it('run a handler at once when none is running', () => {
    const seen: unknown[] = []
    turns.run(port, (a: number, b: string) => seen.push(a, b), 1, 'x')
    expect(seen).to.deep.equal([1, 'x'])
  })

  it('let an async handler settle before the next starts, in the order of the messages', async () => {
    const first = withResolvers()
    const seen: string[] = []
    const handler = async (name: string, gate: Promise<void> | undefined): Promise<void> => {
      seen.push(`${name} starts`)
      await gate
      seen.push(`${name} ends`)
    }
    turns.run(port, handler, 'a', first.promise)
    turns.run(port, handler, 'b', undefined)
    turns.run(port, (name: string) => seen.push(name), 'c', undefined)
    expect(seen).to.deep.equal(['a starts'])
    first.resolve()
    await turns.idle()
    expect(seen).to.deep.equal(['a starts', 'a ends', 'b starts', 'b ends', 'c'])
  })

  it('never run two handlers at once, even when one causes another', () => {
    const seen: string[] = []
    turns.run(
      port,
      () => {
        seen.push('outer starts')
        turns.run(port, () => seen.push('inner'), undefined, undefined)
        seen.push('outer ends')
      },
      undefined,
      undefined,
    )
    expect(seen).to.deep.equal(['outer starts', 'outer ends', 'inner'])
  })

  it('report what a handler throws or rejects with, and go on', async () => {
    const seen: string[] = []
    turns.run(
      port,
      () => {
        throw new Error('thrown')
      },
      undefined,
      undefined,
    )
    turns.run(port, () => Promise.reject(new Error('rejected')), undefined, undefined)
    turns.run(port, () => seen.push('next'), undefined, undefined)
    await turns.idle()
    expect(failures.map(String)).to.deep.equal(['Error: thrown', 'Error: rejected'])
    expect(seen).to.deep.equal(['next'])
  })

  it('go on after a thenable that throws, or settles at once', async () => {
    const seen: string[] = []
    const throwing = Object.defineProperty({}, 'then', {
      value: () => {
        throw new Error('no promise')
      },
    })
    const hasty = Object.defineProperty({}, 'then', { value: (done: () => void) => done() })
    const unreadable = Object.defineProperty({}, 'then', {
      get: () => {
        throw new Error('no then')
      },
    })
    turns.run(port, () => unreadable, undefined, undefined)
    turns.run(port, () => throwing, undefined, undefined)
    turns.run(port, () => hasty, undefined, undefined)
    turns.run(port, () => unreadable, undefined, undefined)
    turns.run(port, () => seen.push('next'), undefined, undefined)
    await turns.idle()
    expect(failures.map(String)).to.deep.equal(['Error: no then', 'Error: no promise', 'Error: no then'])
    expect(seen).to.deep.equal(['next'])
  })

  it('are full at their bound, and tell when there is room again', async () => {
    const gate = withResolvers()
    turns.run(port, () => gate.promise, undefined, undefined)
    let handled = 0
    for (let i = 0; i < portLimits.mailboxMessages; i++)
      turns.run(port, () => handled++, undefined, undefined)
    expect(turns.gate(port).full).to.equal(true)
    const room = turns.gate(port).room()
    gate.resolve()
    await room
    await turns.idle()
    expect(turns.gate(port).full).to.equal(false)
    expect(handled).to.equal(portLimits.mailboxMessages)
  })

  it('run a hook as a turn of its own and resolve when it has settled, also when it throws', async () => {
    const seen: string[] = []
    const gate = withResolvers()
    turns.run(port, () => gate.promise, undefined, undefined)
    const hooked = turns.hook(() => {
      seen.push('hook')
      throw new Error('in the hook')
    })
    expect(seen).to.deep.equal([])
    gate.resolve()
    await hooked
    await turns.idle()
    expect(seen).to.deep.equal(['hook'])
    expect(failures.map(String)).to.deep.equal(['Error: in the hook'])
  })

  it('run a hook that is to be first as the next turn, before all that waits', async () => {
    const seen: string[] = []
    const gate = withResolvers()
    turns.run(port, () => gate.promise, undefined, undefined)
    turns.run(port, () => seen.push('waiting'), undefined, undefined)
    const hooked = turns.hookFirst(() => seen.push('hook'))
    gate.resolve()
    await hooked
    await turns.idle()
    expect(seen).to.deep.equal(['hook', 'waiting'])
  })

  it('run nothing more once they are stopped', async () => {
    const gate = withResolvers()
    const seen: string[] = []
    turns.run(port, () => gate.promise, undefined, undefined)
    turns.run(port, () => seen.push('waiting'), undefined, undefined)
    turns.stop()
    gate.resolve()
    await turns.idle()
    turns.run(port, () => seen.push('late'), undefined, undefined)
    expect(seen).to.deep.equal([])
  })

  it('keep order and lose nothing over many more messages than the bound', async () => {
    const seen: number[] = []
    const gate = withResolvers()
    turns.run(port, () => gate.promise, undefined, undefined)
    const total = portLimits.mailboxMessages * 5
    for (let i = 0; i < total; i++) turns.run(port, (n: number) => seen.push(n), i, undefined)
    gate.resolve()
    await turns.idle()
    expect(seen).to.deep.equal(Array.from({ length: total }, (_, i) => i))
  })
})
