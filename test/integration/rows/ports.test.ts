/** What all kinds of port have in common: what they tell, connections, errors. */
import { expect } from 'chai'
import { Ans } from '../../../ports/ans.js'
import { Clt } from '../../../ports/clt.js'
import { OperationError, PortError, QuorateError } from '../../../ports/errors.js'
import type { Port, PortScope } from '../../../ports/port.js'
import { Pub } from '../../../ports/pub.js'
import { Qry } from '../../../ports/qry.js'
import { Rep } from '../../../ports/rep.js'
import { Req } from '../../../ports/req.js'
import { Srv } from '../../../ports/srv.js'
import { Sub } from '../../../ports/sub.js'
import { rejectionOf } from '../../rejection.js'
import { eventually } from '../../support/eventually.js'
import { Answer, Question, Reading } from '../../support/messages.js'
import { TestActors, type TestEnvironment } from '../../support/port-environment.js'
import { askingKinds } from './asking.js'
import { type BoundKind, bound } from './bound.js'

type Connecting = Sub<unknown, unknown> | Qry<never, unknown, never, unknown>

const double = ({ n }: { n: number }): { n: number } => ({ n: n * 2 })

const connecting: readonly {
  kind: string
  bound: BoundKind
  make: () => Port & Pick<Connecting, 'update' | 'drop' | 'ready'>
}[] = [
  { kind: 'sub', bound: 'pub', make: () => new Sub(Reading) },
  { kind: 'req', bound: 'rep', make: () => new Req(Question, Answer, () => undefined) },
  { kind: 'clt', bound: 'srv', make: () => new Clt(Question, Answer) },
  { kind: 'qry', bound: 'ans', make: () => new Qry(Question, Answer) },
]

const binding: readonly { kind: BoundKind; make: () => Port }[] = [
  { kind: 'pub', make: () => new Pub(Reading) },
  { kind: 'rep', make: () => new Rep(Question, Answer, double) },
  { kind: 'srv', make: () => new Srv(Question, Answer, double) },
  { kind: 'ans', make: () => new Ans(Question, Answer, () => undefined) },
]

/** Calls that make no sense, by kind. */
const senseless: Readonly<Record<string, readonly string[]>> = {
  pub: ['recv', 'recvBytes', 'ask', 'call', 'update', 'drop'],
  sub: ['send', 'sendBytes', 'ask', 'call'],
  req: ['recv', 'recvBytes', 'ask', 'call'],
  rep: ['send', 'sendBytes', 'recv', 'ask', 'call', 'update', 'drop', 'ready'],
  clt: ['send', 'sendBytes', 'recv', 'recvBytes', 'ask'],
  srv: ['send', 'sendBytes', 'recv', 'ask', 'call', 'update', 'drop', 'ready'],
  qry: ['call', 'callBytes'],
  ans: ['ask', 'call', 'update', 'drop', 'sendBytes', 'ready'],
}

describe('ports of every kind', () => {
  const actors = new TestActors()
  afterEach(actors.close)

  async function opened(environment: TestEnvironment, port: Port, scope: PortScope): Promise<Port> {
    port.place('component', port.kind, scope)
    await port.open(environment)
    return port
  }

  for (const { kind, make } of connecting) {
    it(`${kind}: getInfo() tells kind, scope, name, message; it connects, so its number is -1`, async () => {
      const port = await actors.add().open(make(), 'mine')
      const message = kind === 'sub' ? 'Reading' : 'Question#Answer'
      expect(port.info).to.deep.equal({ kind, scope: 'global', name: 'mine', message, host: '', port: -1 })
    })
  }

  for (const { kind, make } of binding) {
    it(`${kind}: getInfo() tells the address, too; each port that binds takes a free TCP port`, async () => {
      const environment = actors.add()
      const [one, other] = [await environment.open(make(), 'mine'), await environment.open(make(), 'other')]
      const message = kind === 'pub' ? 'Reading' : 'Question#Answer'
      const told = { kind, scope: 'global', name: 'mine', message, host: '127.0.0.1' }
      expect(one.info).to.include(told)
      expect(one.info.port).to.be.above(0).and.not.equal(other.info.port)
    })

    it(`${kind}: global binds the host's address, local 127.0.0.1, internal none (RIAPS: one)`, async () => {
      const environment = actors.add()
      environment.bindHost = '127.0.0.2'
      const hosts: string[] = []
      for (const scope of ['global', 'local', 'internal'] as const) {
        const port = await opened(environment, make(), scope)
        hosts.push(port.info.host)
        port.close()
      }
      expect(hosts).to.deep.equal(['127.0.0.2', '127.0.0.1', ''])
    })
  }

  for (const { kind, bound: other, make } of connecting) {
    it(`${kind}: update() with the same peer again does nothing; connected counts its peers`, async () => {
      const [one, two] = [actors.add(), actors.add()]
      const far = [await one.open(bound(other).port), await two.open(bound(other).port)]
      const here = actors.add()
      const port = await here.open(make())
      for (let times = 0; times < 3; times++) {
        for (const [i, environment] of [one, two].entries()) {
          const target = far[i]
          if (target) port.update(environment.peer(target))
        }
      }
      await eventually(() => port.connected === 2, 'both')
      await eventually(() => far.every((each) => each.connected === 1), 'each once')
    })

    it(`${kind}: a peer that is gone is dropped (RIAPS keeps every endpoint for ever)`, async () => {
      const there = actors.add()
      const far = await there.open(bound(other).port)
      const port = await actors.add().open(make())
      port.update(there.peer(far))
      await port.ready()
      port.drop(there.peer(far))
      expect(port.connected).to.equal(0)
      await eventually(() => far.connected === 0, 'the other end knows')
    })
  }

  for (const [kind, calls] of Object.entries(senseless)) {
    it(`${kind}: a call in the wrong direction is an OperationError: ${calls.join(', ')}`, async () => {
      const of = [...connecting, ...binding].find((each) => each.kind === kind)
      if (!of) throw new Error(`no ${kind}`)
      const port = await actors.add().open(of.make())
      for (const call of calls) {
        expect(() => Reflect.apply(Reflect.get(port, call), port, [{}]), call)
          .to.throw(OperationError, `${call}() makes no sense on component.${kind}`)
          .with.property('code', 'wrong-direction')
      }
    })
  }

  it('errors have one root: PortError for what others do, OperationError for what the program does', () => {
    for (const error of [new PortError('timeout', 'late'), new OperationError('not-open', 'closed')]) {
      expect(error).to.be.instanceOf(QuorateError).and.instanceOf(Error)
      expect(error.name).to.equal(error.constructor.name)
    }
  })

  for (const { title, make } of askingKinds) {
    it(`${title}: without a peer it rejects with not-connected (RIAPS: send() is False)`, async () => {
      const { port, ask } = make()
      await actors.add().open(port)
      const error = await rejectionOf(ask(1))
      expect(error).to.be.instanceOf(PortError).and.include({ code: 'not-connected', retryable: true })
      expect(error.message).to.contain('no port that answers Question#Answer is connected')
    })

    it(`${title}: several peers are asked in turn, or the one that is named`, async () => {
      const kind = askingKinds.find((each) => each.title === title)?.bound ?? 'ans'
      const { port, ask } = make()
      await actors.add().open(port)
      const far = []
      for (let i = 0; i < 3; i++) {
        const environment = actors.add()
        const one = bound(kind)
        await environment.open(one.port)
        port.update(environment.peer(one.port))
        far.push({ ...one, peer: environment.peer(one.port) })
      }
      await eventually(() => port.connected === 3, 'connected')
      for (let n = 0; n < 9; n++) await ask(n)
      expect(far.map(({ asked }) => asked.length)).to.deep.equal([3, 3, 3])
      const named = far[1]
      if (!named) throw new Error('no second')
      for (let n = 0; n < 3; n++) await ask(n, { to: named.peer })
      expect(far.map(({ asked }) => asked.length)).to.deep.equal([3, 6, 3])
    })
  }
})
