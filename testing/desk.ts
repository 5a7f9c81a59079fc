/**
 * What a test does at the other end of a component's ports: it hears what is published, publishes, asks and
 * answers. Each port of the component is faced by one of the counterpart kind, in a component of its own, so
 * that a fake that hangs holds up no other.
 */
import { type MessageType, type Peer, type Port, type Pub, portLimits, type Reply } from '../ports/index.js'
import { Component } from '../runtime/index.js'
import { TestingError } from './errors.js'
import { testingLimits } from './limits.js'

/** Answers in place of a peer; see TestComponent.answer(). */
export type Fake = (query: unknown, reply: (answer: unknown) => void) => unknown

export type FaceClass = new () => Component<object>

/** Asks one port of the component. */
type Ask = (query: unknown, timeoutMs: number) => Promise<unknown>

/** The actor that hosts the component under test, and the one that faces it. */
export const TESTED = 'Tested'
export const TESTER = 'Tester'

export class Desk {
  readonly #published = new Map<string, unknown[]>()
  readonly #pubs = new Map<string, Pub<unknown>>()
  readonly #asks = new Map<string, Ask>()
  /** By what the asking port carries; undefined until the test gives one. */
  readonly #fakes = new Map<string, Fake | undefined>()

  published(type: string): readonly unknown[] {
    return this.#published.get(type) ?? this.#missing(`pub of ${type}`)
  }

  publish(type: string, value: unknown): void {
    const pub = this.#pubs.get(type) ?? this.#missing(`sub of ${type}`)
    pub.send(value)
  }

  ask(carries: string, query: unknown, timeoutMs: number = portLimits.askTimeoutMs): Promise<unknown> {
    const ask = this.#asks.get(carries) ?? this.#missing(`ans, rep or srv of ${carries}`)
    return ask(query, timeoutMs)
  }

  answer(carries: string, fake: Fake): void {
    if (!this.#fakes.has(carries)) this.#missing(`qry, req or clt of ${carries}`)
    this.#fakes.set(carries, fake)
  }

  /** The class of the component that faces a port; undefined for a timer. */
  facing(port: Port): FaceClass | undefined {
    const [first, second] = port.types
    if (!first) return undefined
    if (port.kind === 'pub') return this.#hears(first)
    if (port.kind === 'sub') return this.#publishes(first)
    if (!second) return undefined
    return this.#asksAt(port, first, second) ?? this.#answersAt(port, first, second)
  }

  #hears(type: MessageType): FaceClass {
    const heard: unknown[] = []
    this.#published.set(type.name, heard)
    return class extends Component {
      readonly port = this.sub(type, (message, from) => {
        // The tester hears itself, too.
        if (from.actor !== TESTED) return
        heard.push(message)
        if (heard.length > 2 * testingLimits.kept) heard.splice(0, testingLimits.kept)
      })
    }
  }

  #publishes(type: MessageType): FaceClass {
    const pubs = this.#pubs
    return class extends Component {
      readonly port = this.pub(type)
      override onActivate(): void {
        pubs.set(type.name, this.port)
      }
    }
  }

  #asksAt({ kind, carries }: Port, query: MessageType, answer: MessageType): FaceClass | undefined {
    const known = (ask: Ask): void => void this.#asks.set(carries, ask)
    if (kind === 'ans') {
      return class extends Component {
        readonly port = this.qry(query, answer)
        override onActivate(): void {
          known((value, timeout) => this.port.ask(value, { timeout, ...toTested(this.port) }))
        }
      }
    }
    if (kind === 'srv') {
      return class extends Component {
        readonly port = this.clt(query, answer)
        override onActivate(): void {
          known((value, timeout) => this.port.call(value, { timeout, ...toTested(this.port) }))
        }
      }
    }
    if (kind !== 'rep') return undefined
    return class extends Component {
      #last: unknown
      readonly port = this.req(query, answer, (reply) => {
        this.#last = reply
      })
      override onActivate(): void {
        known(async (value, timeout) => {
          await this.port.send(value, { timeout, ...toTested(this.port) })
          return this.#last
        })
      }
    }
  }

  #answersAt({ kind, carries }: Port, query: MessageType, answer: MessageType): FaceClass | undefined {
    this.#fakes.set(carries, undefined)
    const reply = (value: unknown, give: (answer: unknown) => void): unknown => {
      const fake = this.#fakes.get(carries)
      if (!fake) throw new Error(`the test gave no answer for ${carries}; call answer() first`)
      const result = fake(value, give)
      if (!(result instanceof Promise)) return result === undefined ? undefined : give(result)
      return result.then((late) => (late === undefined ? undefined : give(late)))
    }
    /** As a promise of the first reply. */
    const first = (value: unknown): Promise<unknown> =>
      new Promise((resolve, reject) => {
        Promise.resolve(reply(value, resolve)).catch(reject)
      })
    if (kind === 'qry') {
      return class extends Component {
        readonly port = this.ans(query, answer, (value, to: Reply<unknown>) => {
          const result = reply(value, (given) => void to(given))
          // Not awaited, so that other queries are answered meanwhile.
          if (result instanceof Promise) result.catch((error) => this.log.error(error))
        })
      }
    }
    if (kind === 'req') {
      return class extends Component {
        readonly port = this.rep(query, answer, async (value) => first(value))
      }
    }
    if (kind !== 'clt') return undefined
    return class extends Component {
      readonly port = this.srv(query, answer, async (value) => first(value))
    }
  }

  #missing(what: string): never {
    throw new TestingError('no-such-port', `the component under test has no ${what}`)
  }
}

/** The tester may answer what it asks; then the question is not for itself. */
function toTested({ peers }: { readonly peers: readonly Peer[] }): { to?: Peer } {
  const to = peers.find(({ actor }) => actor === TESTED)
  return to ? { to } : {}
}
