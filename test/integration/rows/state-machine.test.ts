/** What RIAPS tells of FSM components, with ports of several kinds as events, over real sockets. */
import { expect } from 'chai'
import { z } from 'zod'
import { Component, message, type StateEvent, StateMachine } from '../../../runtime/index.js'
import { deferred, eventually } from '../../support/eventually.js'
import { HeldActors } from '../../support/held-actors.js'

const Coin = message('Coin', z.object({ cents: z.number() }))
const Push = message('Push', z.object({ by: z.string() }))
const Passed = message('Passed', z.object({ open: z.boolean() }))

type State = 'locked' | 'open'

/** A turnstile: coins open it, a push goes through, and after a while it locks itself. */
class Turnstile extends StateMachine<State> {
  readonly did: string[] = []
  protected readonly initial = 'locked'
  protected override readonly states = this.actions({
    locked: { entry: () => this.did.push('lock'), exit: () => this.did.push('unlock') },
    open: { entry: () => this.closing.launch('1min'), exit: () => this.closing.cancel() },
  })
  readonly coin = this.sub(
    Coin,
    this.on({
      locked: [
        {
          guard: (m) => m.cents >= 50,
          to: 'open',
          do: (m, from) => this.did.push(`${m.cents} of ${from.actor}`),
        },
        { guard: (m) => m.cents === 99, do: () => this.did.push('never') },
        { guard: (m) => m.cents < 0, do: () => fail('a forged coin') },
      ],
    }),
  )
  readonly push = this.ans(
    Push,
    Passed,
    this.on({
      locked: { do: (_, reply) => reply({ open: false }) },
      open: {
        to: 'locked',
        do: async ({ by }, reply) => {
          await new Promise((resolve) => setImmediate(resolve))
          this.did.push(`${by} in state ${this.state}`)
          reply({ open: true })
        },
      },
    }),
  )
  readonly closing = this.timer('sporadic', this.on({ open: { to: 'locked' } }))
  override onActivate(): void {
    this.did.push(`activated, ${this.state}`)
  }
  protected override onUnhandledEvent({ event, state }: StateEvent<State>): void {
    this.did.push(`${event} unhandled in ${state}`)
  }
  protected override onNoTransition({ event, message }: StateEvent<State>): void {
    this.did.push(`no transition of ${event} ${JSON.stringify(message)}`)
  }
  protected override onNondeterminism({ event, state }: StateEvent<State>): void {
    this.did.push(`${event} is ambiguous in ${state}`)
  }
}

class Passenger extends Component {
  readonly coin = this.pub(Coin)
  readonly push = this.qry(Push, Passed)
}

describe('FSM component', () => {
  const actors = new HeldActors()
  afterEach(actors.stop)

  async function turnstile() {
    const { it, log } = await actors.start(Turnstile)
    const passenger = (await actors.start(Passenger)).it
    await Promise.all([passenger.coin.ready(), passenger.push.ready(), it.coin.ready()])
    const past = async (did: string): Promise<void> => {
      await eventually(() => it.did.includes(did), did)
      it.did.length = 0
    }
    return { it, log, passenger, past }
  }

  it('begins with the entry of its initial state, after onActivate, before the first message', async () => {
    const gate = deferred()
    const did: string[] = []
    class Begins extends StateMachine<'begun'> {
      protected readonly initial = 'begun'
      protected override readonly states = {
        begun: { entry: () => gate.promise.then(() => did.push('entry')) },
      }
      readonly tick = this.timer(1, this.on({ begun: { do: () => did.push('event') } }))
      override onActivate(): void {
        did.push('onActivate')
      }
    }
    const started = actors.start(Begins)
    await eventually(() => did.length > 0, 'onActivate')
    await new Promise((resolve) => setTimeout(resolve, 10))
    gate.resolve()
    await started
    await eventually(() => did.length > 2, 'an event')
    expect(did.slice(0, 3)).to.deep.equal(['onActivate', 'entry', 'event'])
  })

  it('does not start where the entry of its initial state throws', async () => {
    class Broken extends StateMachine<'begun'> {
      protected readonly initial = 'begun'
      protected override readonly states = { begun: { entry: () => fail('no such device') } }
    }
    const error: unknown = await actors.start(Broken).catch((thrown: unknown) => thrown)
    expect(error).to.have.property('code', 'not-activated')
    expect(error)
      .property('message')
      .to.match(/^it: the entry of its first state threw: no such device/)
  })

  it('the first transition whose guard is true fires: exit, action, entry of the next', async () => {
    const { it, passenger } = await turnstile()
    expect(it.did).to.deep.equal(['activated, locked', 'lock'])
    passenger.coin.send({ cents: 60 })
    await eventually(() => it.state === 'open', 'open')
    expect(it.did.slice(2)).to.deep.equal(['unlock', '60 of Passenger'])
    expect(it.closing.running).to.equal(true)
  })

  it('an event is a port: its action gets the message, or the query and the reply', async () => {
    const { it, passenger } = await turnstile()
    expect(await passenger.push.ask({ by: 'Ann' })).to.deep.equal({ open: false })
    passenger.coin.send({ cents: 60 })
    await eventually(() => it.state === 'open', 'open')
    expect(await passenger.push.ask({ by: 'Ann' })).to.deep.equal({ open: true })
    await eventually(() => it.state === 'locked', 'locked')
    expect(it.did.slice(-2)).to.deep.equal(['Ann in state open', 'lock'])
    expect(it.closing.running).to.equal(false)
    passenger.coin.send({ cents: 60 })
    await eventually(() => it.closing.running, 'open again')
    it.closing.launch(1)
    await eventually(() => it.state === 'locked', 'locked by its timer')
  })

  it('handleNondeterminism, handleUnhandledEvent, handleNoTransition: as onNondeterminism …', async () => {
    const { it, passenger, past } = await turnstile()
    passenger.coin.send({ cents: 5 })
    await past('no transition of coin {"cents":5}')
    passenger.coin.send({ cents: 99 })
    await eventually(() => it.state === 'open', 'open')
    expect(it.did).to.deep.equal(['coin is ambiguous in locked', 'unlock', '99 of Passenger'])
    passenger.coin.send({ cents: 60 })
    await past('coin unhandled in open')
  })

  it('what an action throws is reported as of the handler of the port, and the machine goes on', async () => {
    const { it, log, passenger } = await turnstile()
    passenger.coin.send({ cents: -1 })
    expect((await log.named('error')).msg).to.match(/^the handler of it\.coin threw: a forged coin/)
    expect(it.state).to.equal('locked')
    passenger.coin.send({ cents: 60 })
    await eventually(() => it.state === 'open', 'open')
  })
})

function fail(why: string): never {
  throw new Error(why)
}
