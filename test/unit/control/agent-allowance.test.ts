import { expect } from 'chai'
import { type Allowance, judge, type Used } from '../../../control/agent/allowance.js'
import { agentLimits } from '../../../control/agent/limits.js'
import type { LimitKind } from '../../../runtime/index.js'

describe('what an actor may use', () => {
  const allowed: Allowance = { cpu: 0.5, memory: 1000, disk: 100, network: 50 }
  const judged = (
    used: Used,
    { nowMs = 0, toldMs = new Map<LimitKind, number>(), held = new Set<LimitKind>() } = {},
  ) => judge(allowed, used, { held, toldMs, nowMs })
  const kindsOf = (near: readonly { readonly kind: string }[]): string[] => near.map(({ kind }) => kind)

  it('is told of from nine tenths on, of each kind by itself', () => {
    const { near, over } = judged({ cpu: 0.45, memory: 899, disk: 90, network: 44 })
    expect(near).to.deep.equal([
      { kind: 'cpu', used: 0.45, limit: 0.5 },
      { kind: 'disk', used: 90, limit: 100 },
    ])
    expect(over).to.equal(undefined)
    expect(
      judge({}, { cpu: 9, memory: 9e9 }, { held: new Set(), toldMs: new Map(), nowMs: 0 }),
    ).to.deep.equal({
      near: [],
      over: undefined,
    })
  })

  it('is told of again only after a while', () => {
    const toldMs = new Map<LimitKind, number>()
    const again = agentLimits.nearAgainMs
    const times = [0, 1, again - 1, again, again + 1, 2 * again]
    const told = times.filter((nowMs) => judged({ cpu: 1 }, { nowMs, toldMs }).near.length > 0)
    expect(told).to.deep.equal([0, again, 2 * again])
    expect(kindsOf(judged({ network: 50 }, { nowMs: 1, toldMs }).near)).to.deep.equal(['network'])
  })

  it('ends one that uses more memory or disk, and nobody for the processor or the network', () => {
    expect(judged({ memory: 1000, disk: 100, cpu: 9, network: 999 }).over).to.equal(undefined)
    expect(judged({ memory: 1001 }).over).to.equal('it used 1001 bytes of memory, and may use 1000')
    expect(judged({ disk: 101 }).over).to.match(/bytes of disk/)
  })

  it('leaves to the kernel what that holds it to', () => {
    const { near, over } = judged({ memory: 1001 }, { held: new Set<LimitKind>(['memory']) })
    expect({ near: kindsOf(near), over }).to.deep.equal({ near: ['memory'], over: undefined })
  })
})
