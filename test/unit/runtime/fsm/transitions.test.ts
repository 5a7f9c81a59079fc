import { expect } from 'chai'
import { choose, inOrder, type Transitions } from '../../../../runtime/fsm/transitions.js'
import { rejectionOf } from '../../../rejection.js'
import { deferred } from '../../../support/eventually.js'

type State = 'idle' | 'busy' | 'done'

function chosen(transitions: Transitions<State, [n: number]>, n: number, state: State = 'idle'): string {
  const choice = choose(transitions, state, [n])
  return choice.kind === 'taken' ? `${choice.transition.to} +${choice.others}` : choice.kind
}

describe('the transition that an event takes', () => {
  it('is the one of the state that the machine is in', () => {
    const transitions = { idle: { to: 'busy' }, busy: { to: 'done' } } as const
    expect(chosen(transitions, 0)).to.equal('busy +0')
    expect(chosen(transitions, 0, 'busy')).to.equal('done +0')
    expect(chosen(transitions, 0, 'done')).to.equal('unhandled')
    expect(chosen({ idle: [] }, 0)).to.equal('unhandled')
  })

  it('is none in a state that is named as a member of every object, unless the table has it', () => {
    const table: Transitions<string, []> = { toString: { to: 'idle' } }
    expect(choose(table, 'constructor', []).kind).to.equal('unhandled')
    expect(choose(table, 'toString', []).kind).to.equal('taken')
  })

  it('is the first whose guard holds, and none where no guard does', () => {
    const idle = [
      { guard: (n: number) => n > 5, to: 'busy' },
      { guard: (n: number) => n < 3, to: 'done' },
    ] as const
    expect([9, 1, 4].map((n) => chosen({ idle }, n))).to.deep.equal(['busy +0', 'done +0', 'refused'])
  })

  it('is one of several where more guards hold, which are counted', () => {
    const idle = [
      { guard: (n: number) => n > 5, to: 'busy' },
      { guard: (n: number) => n > 7, to: 'done' },
    ] as const
    expect([6, 8].map((n) => chosen({ idle }, n))).to.deep.equal(['busy +0', 'busy +1'])
  })

  it('is the last, without a guard, where no other holds: that is no rival', () => {
    const idle = [{ guard: (n: number) => n > 5, to: 'busy' }, { to: 'done' }] as const
    expect([9, 1].map((n) => chosen({ idle }, n))).to.deep.equal(['busy +0', 'done +0'])
  })

  it('has rivals where those behind one without a guard can never be taken', () => {
    expect(chosen({ idle: [{ to: 'busy' }, { to: 'done' }] }, 0)).to.equal('busy +1')
    const idle = [{ guard: () => true, to: 'busy' }, { to: 'done' }, { to: 'idle' }] as const
    expect(chosen({ idle }, 0)).to.equal('busy +1')
  })

  it('is none where a guard throws, though another holds', () => {
    const broken = (): boolean => {
      throw new Error('broken guard')
    }
    const idle = [{ to: 'busy' }, { guard: broken, to: 'done' }] as const
    expect(() => chosen({ idle }, 0)).to.throw('broken guard')
  })
})

describe('actions in order', () => {
  it('run in one go where none is a promise', () => {
    const seen: number[] = []
    expect(inOrder([1, 2, 3].map((n) => () => seen.push(n)))).to.equal(undefined)
    expect(seen).to.deep.equal([1, 2, 3])
  })

  it('wait for each other, also for promises of other libraries', async () => {
    const seen: string[] = []
    const gate = deferred()
    const foreign = Object.defineProperty({}, 'then', {
      value: (done: () => void) => {
        seen.push('foreign')
        setImmediate(done)
      },
    })
    const all = inOrder([() => gate.promise, () => foreign, () => seen.push('last')])
    expect(seen).to.deep.equal([])
    gate.resolve()
    await all
    expect(seen).to.deep.equal(['foreign', 'last'])
  })

  it('end with the one that throws or rejects', async () => {
    const seen: string[] = []
    const after = (): unknown => seen.push('after')
    const throwing = (): never => {
      throw new Error('thrown')
    }
    expect(() => inOrder([throwing, after])).to.throw('thrown')
    const later = Promise.resolve(inOrder([async () => undefined, throwing, after]))
    expect(await rejectionOf(later)).to.have.property('message', 'thrown')
    expect(seen).to.deep.equal([])
  })
})
