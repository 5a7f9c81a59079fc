import { expect } from 'chai'
import pino from 'pino'
import { z } from 'zod'
import { message, type Port } from '../../../ports/index.js'
import { type ActorDefinition, actor, app } from '../../../runtime/app.js'
import { buildComponents } from '../../../runtime/build.js'
import { Component } from '../../../runtime/component.js'
import { AppError } from '../../../runtime/errors.js'
import { number } from '../../../runtime/params.js'

const A = message('A', z.object({ a: z.number() }))
const B = message('B', z.object({ b: z.number() }))
const otherA = message('A', z.object({ a: z.string() }))

function build(definition: ActorDefinition, params: Record<string, unknown> = {}) {
  const log = pino({ level: 'silent' })
  return buildComponents({ definition, params, app: 'app', actor: 'Actor', actorId: '0123456789abcdef', log })
}

function codeOf(make: () => unknown): string {
  try {
    make()
  } catch (error) {
    if (error instanceof AppError) return `${error.code}: ${error.message}`
    throw error
  }
  return 'nothing was thrown'
}

describe('building the components of an actor', () => {
  it('names each port after its public field, and gives parameters to field initialisers', () => {
    class Meter extends Component<{ Ts: number }> {
      readonly out = this.pub(A)
      readonly in = this.sub(B, () => undefined)
      readonly tick = this.timer(this.params.Ts, () => undefined)
    }
    const definition = actor({
      params: { Ts: number(10) },
      components: (p) => ({ meter: [Meter, { Ts: p.Ts }] }),
    })
    const [built] = build(definition, { Ts: 25 })
    expect(built?.ports.map((port) => [port.path, port.kind])).to.deep.equal([
      ['meter.out', 'pub'],
      ['meter.in', 'sub'],
      ['meter.tick', 'tim'],
    ])
    expect(built?.component.params).to.deep.equal({ Ts: 25 })
    expect(built?.component.name).to.equal('meter')
  })

  it('lets { name } override the field', () => {
    class Renamed extends Component {
      readonly #hidden = this.pub(A, { name: 'shown' })
      get hidden(): Port {
        return this.#hidden
      }
    }
    const [built] = build(actor({ components: () => ({ c: [Renamed, {}] }) }))
    expect(built?.ports.map((port) => port.name)).to.deep.equal(['shown'])
  })

  it('refuses a port in a private field, with a way out', () => {
    class Private extends Component {
      readonly #out = this.pub(A)
      get out(): Port {
        return this.#out
      }
    }
    const text = codeOf(() => build(actor({ components: () => ({ c: [Private, {}] }) })))
    expect(text)
      .to.match(/^bad-port: component c: port 1 \(pub of A\) is no public field/)
      .and.to.contain('{ name }')
  })

  it('refuses an array of ports', () => {
    class Many extends Component {
      readonly outs = [this.pub(A), this.pub(B)]
    }
    const text = codeOf(() => build(actor({ components: () => ({ c: [Many, {}] }) })))
    expect(text).to.contain('the field outs is an array of ports')
  })

  it('refuses two ports of one name, and one port in two fields', () => {
    class Twice extends Component {
      readonly out = this.pub(A)
      readonly second = this.pub(B, { name: 'out' })
    }
    class Same extends Component {
      readonly out = this.pub(A)
      readonly again = this.out
    }
    expect(codeOf(() => build(actor({ components: () => ({ c: [Twice, {}] }) })))).to.contain(
      'two ports are named out',
    )
    expect(codeOf(() => build(actor({ components: () => ({ c: [Same, {}] }) })))).to.contain(
      'hold the same port',
    )
  })

  it('refuses one message name with two schemas in an actor', () => {
    class One extends Component {
      readonly out = this.pub(A)
    }
    class Two extends Component {
      readonly in = this.sub(otherA)
    }
    const text = codeOf(() => build(actor({ components: () => ({ one: [One, {}], two: [Two, {}] }) })))
    expect(text).to.match(/^message-conflict: two\.in carries a message A with another schema/)
  })

  it('gives each port the scope of its message', () => {
    class Scoped extends Component {
      readonly a = this.pub(A)
      readonly b = this.pub(B)
      readonly c = this.pub(message('C'))
    }
    const definition = actor({ local: [A], internal: [B], components: () => ({ c: [Scoped, {}] }) })
    expect(build(definition)[0]?.ports.map((port) => port.scope)).to.deep.equal([
      'local',
      'internal',
      'global',
    ])
  })

  it('refuses a query and an answer of different scopes, and a message that has two', () => {
    class Asker extends Component {
      readonly ask = this.qry(A, B)
    }
    expect(codeOf(() => build(actor({ local: [A], components: () => ({ c: [Asker, {}] }) })))).to.match(
      /^bad-app/,
    )
    expect(codeOf(() => actor({ local: [A], internal: [A], components: () => ({}) }))).to.match(/^bad-app/)
  })

  it('refuses a component made by hand', () => {
    class Lonely extends Component {}
    expect(codeOf(() => new Lonely())).to.match(/^outside-actor: Lonely cannot be made by `new`/)
  })

  it('refuses a port made later than in the fields', () => {
    class Late extends Component {
      add(): void {
        this.pub(A)
      }
    }
    const [built] = build(actor({ components: () => ({ c: [Late, {}] }) }))
    const component = built?.component
    expect(component).to.be.instanceOf(Late)
    if (component instanceof Late) expect(codeOf(() => component.add())).to.contain('not later')
  })

  it('refuses apps and actors without a proper name, and apps without actors', () => {
    const definition = actor({ components: () => ({}) })
    expect(codeOf(() => app('1app', { actors: { A: definition } }))).to.match(/^bad-app/)
    expect(codeOf(() => app('app', { actors: { 'a b': definition } }))).to.match(/^bad-app/)
    expect(codeOf(() => app('app', { actors: {} }))).to.contain('has no actors')
  })

  it('refuses what app() and actor() did not make, as plain JavaScript may write it', () => {
    const wrong = (text: string): Parameters<typeof app>[1] => JSON.parse(text)
    const lines = [
      '{}',
      '{ "version": 1, "actors": {} }',
      '{ "actors": { "A": {} } }',
      '{ "actors": { "A": null } }',
      'null',
    ]
    for (const line of lines)
      expect(
        codeOf(() => app('app', wrong(line))),
        line,
      ).to.match(/^bad-app: /)
    expect(codeOf(() => app('app', wrong('{ "actors": { "A": { "params": {} } } }')))).to.equal(
      'bad-app: A of the app app is no actor; write: A: actor({ … })',
    )
    expect(codeOf(() => actor(JSON.parse('null')))).to.contain('an actor has no function `components`')
  })

  it('refuses a message name that is both local and internal, by whichever object', () => {
    const spec = { local: [A], internal: [otherA], components: () => ({}) }
    expect(codeOf(() => actor(spec))).to.equal(
      'bad-app: the message A is both local and internal; choose one',
    )
  })

  it('takes a class alone where it needs no parameters', () => {
    class Plain extends Component {
      readonly out = this.pub(A)
    }
    const built = build(actor({ components: () => ({ alone: Plain, listed: [Plain, {}] }) }))
    expect(built.map(({ name, component }) => [name, component.params])).to.deep.equal([
      ['alone', {}],
      ['listed', {}],
    ])
  })

  /** As plain JavaScript may write it. */
  const untyped = (components: unknown): ActorDefinition => {
    const definition = actor({ components: () => ({}) })
    return { ...definition, components: () => JSON.parse('{}', () => components) }
  }

  it('refuses what is no component, naming it and its actor', () => {
    class Stranger {}
    class Fine extends Component {}
    const told = (entry: unknown): string => codeOf(() => build(untyped({ meter: entry })))
    const start = 'bad-app: component meter of actor Actor '
    expect(told(Stranger)).to.contain(`${start}names Stranger, which does not extend Component; write: `)
    expect(told([Stranger, {}])).to.contain(`${start}names Stranger`)
    expect(told(undefined)).to.contain(`${start}names no class`)
    expect(told({ type: Fine })).to.contain(`${start}names no class`)
    expect(told([])).to.contain(`${start}names no class`)
    expect(told([Fine, 5])).to.contain(`${start}has parameters that are no object`)
    expect(told([Fine, {}])).to.equal('nothing was thrown')
  })

  it('refuses an actor without components', () => {
    expect(codeOf(() => build(actor({ components: () => ({}) })))).to.match(
      /^bad-app: the actor Actor has no components; write: /,
    )
    expect(codeOf(() => build(untyped(undefined)))).to.contain('components of actor Actor gave no object')
    expect(codeOf(() => build(untyped([])))).to.contain('components of actor Actor gave no object')
  })

  for (const field of ['timer', 'pub', 'name', 'log', 'params', 'actor', 'onPeer']) {
    it(`refuses a port in a field that hides ${field} of Component`, () => {
      class Hiding extends Component {
        constructor() {
          super()
          Object.defineProperty(this, field, { value: this.sub(A), enumerable: true })
        }
      }
      expect(codeOf(() => build(actor({ components: () => ({ x: Hiding }) })))).to.equal(
        `bad-port: component x: "${field}" is a name of Component itself; choose another`,
      )
    })
  }

  it('says so also where the hidden member is then called', () => {
    class Hiding extends Component {
      constructor() {
        super()
        Object.defineProperty(this, 'timer', { value: this.timer(1, () => undefined) })
        this.timer(2, () => undefined)
      }
    }
    class Clock extends Component {
      constructor() {
        super()
        Object.defineProperty(this, 'timer', { value: 5 })
        this.timer(2, () => undefined)
      }
    }
    for (const type of [Hiding, Clock]) {
      expect(codeOf(() => build(actor({ components: () => ({ x: type }) })))).to.equal(
        'bad-port: component x: "timer" is a name of Component itself; choose another',
      )
    }
  })
})
