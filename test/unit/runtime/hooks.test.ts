import { expect } from 'chai'
import pino from 'pino'
import { message, Sub } from '../../../ports/index.js'
import { actor } from '../../../runtime/app.js'
import { buildComponents } from '../../../runtime/build.js'
import { Component } from '../../../runtime/component.js'
import type { LimitKind, PeerEvent } from '../../../runtime/hook-events.js'
import { Hooks } from '../../../runtime/hooks.js'
import { ComponentTurns } from '../../../runtime/turns.js'
import { deferred } from '../../support/eventually.js'

class Guard extends Component {
  readonly heard: string[] = []
  onHeard = (): unknown => undefined

  override onDeactivate(): void {
    this.heard.push('onDeactivate')
  }

  override onPeer({ state, actorId }: PeerEvent): unknown {
    this.heard.push(`${actorId} ${state}`)
    return this.onHeard()
  }

  override onLimit(kind: LimitKind, used: number, limit: number): void {
    this.heard.push(`${kind} ${used} of ${limit}`)
    if (kind === 'disk') throw new Error('no room')
  }
}

describe('hooks of a component that is busy', () => {
  const log = pino({ level: 'silent' })
  let guard: Guard
  let turns: ComponentTurns
  let hooks: Hooks

  beforeEach(() => {
    const definition = actor({ components: () => ({ guard: Guard }) })
    const [built] = buildComponents({ definition, params: {}, app: 'a', actor: 'A', actorId: '00', log })
    const component = built?.component
    if (!(component instanceof Guard)) throw new Error('no guard was made')
    guard = component
    turns = new ComponentTurns((error) => {
      throw error
    })
    hooks = new Hooks([{ name: 'guard', component, turns }], log)
  })

  const tell = (actorId: string, state: PeerEvent['state']): void =>
    hooks.peer({ actor: 'Peer', actorId, state })

  it('run onDeactivate before the messages that wait, as many as there may be', async () => {
    await hooks.activate(Promise.resolve(true))
    const gate = deferred()
    const port = new Sub(message('M'))
    const handled = (): unknown => guard.heard.push('message')
    turns.run(port, () => gate.promise, undefined, undefined)
    turns.run(port, handled, undefined, undefined)
    const deactivated = hooks.deactivate()
    gate.resolve()
    await deactivated
    await turns.idle()
    expect(guard.heard).to.deep.equal(['onDeactivate', 'message'])
  })

  it('call onLimit once for each kind, with what came last; and again where it threw', async () => {
    const gate = deferred()
    const handled = turns.hook(() => gate.promise)
    for (const used of [91, 92, 93]) hooks.limit({ kind: 'disk', used, limit: 100 })
    hooks.limit({ kind: 'cpu', used: 0.5, limit: 0.5 })
    gate.resolve()
    await handled
    await turns.idle()
    expect(guard.heard.sort()).to.deep.equal(['cpu 0.5 of 0.5', 'disk 93 of 100'])
    hooks.limit({ kind: 'disk', used: 99, limit: 100 })
    await turns.idle()
    expect(guard.heard.at(-1)).to.equal('disk 99 of 100')
  })

  it('call onPeer once for each peer that is new, or gone, when it is its turn', async () => {
    tell('p1', 'connected')
    await turns.idle()
    const gate = deferred()
    const handled = turns.hook(() => gate.promise)
    for (let i = 0; i < 5000; i++) {
      tell('flapping', 'connected')
      tell('flapping', 'disconnected')
    }
    tell('p2', 'connected')
    tell('p1', 'disconnected')
    // So that a peer with ever new names fills no memory.
    expect(turns.gate(new Sub(message('M'))).full).to.equal(false)
    gate.resolve()
    await handled
    await turns.idle()
    expect(guard.heard).to.deep.equal(['p1 connected', 'p2 connected', 'p1 disconnected'])
  })

  it('call onPeer also for peers that come while it runs, in turn, and after a throw', async () => {
    guard.onHeard = async () => {
      guard.onHeard = () => undefined
      tell('p2', 'connected')
      await Promise.resolve()
      tell('p1', 'disconnected')
      throw new Error('the first')
    }
    tell('p1', 'connected')
    await turns.idle()
    tell('p3', 'connected')
    await turns.idle()
    expect(guard.heard).to.deep.equal(['p1 connected', 'p2 connected', 'p1 disconnected', 'p3 connected'])
  })
})
