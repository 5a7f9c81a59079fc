/**
 * What a test does at the other end of a component's ports: it hears what is published, publishes, asks and
 * answers. Each port of the component is faced by one of the counterpart kind, in a component of its own.
 */
import {
  type AnsReply,
  AnsweringPort,
  counterpartOf,
  FAIL,
  isThenable,
  type MessageType,
  messageOf,
  type Peer,
  type Port,
  type Pub,
  portLimits,
  type Reply,
} from '../ports/index.js'
import { Component } from '../runtime/index.js'
import { TestingError } from './errors.js'
import { Kept } from './kept.js'

/** Answers in place of a peer; see TestDesk.answer(). */
export type Fake = (query: unknown, reply: (answer: unknown) => void) => unknown

export type FaceClass = new () => Component<object>

/** Asks one port of the component. */
type Ask = (query: unknown, timeoutMs: number) => Promise<unknown>

/** The actor that hosts the component under test, and the one that faces it. */
export const TESTED = 'Tested'
export const TESTER = 'Tester'

export class Desk {
  readonly #published = new Map<string, Kept<unknown>>()
  readonly #pubs = new Map<string, Pub<unknown>>()
  readonly #asks = new Map<string, Ask>()
  /** By what the asking port carries; undefined until the test gives one. */
  readonly #fakes = new Map<string, Fake | undefined>()

  published(type: string): readonly unknown[] {
    const heard = this.#published.get(type) ?? this.#missing(`pub of ${type}`)
    return heard.all
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
    const kind = counterpartOf(port.kind)
    if (!second || !kind) return undefined
    if (port instanceof AnsweringPort) return this.#asksAt(port, kind, first, second)
    return this.#answersAt(port, kind, first, second)
  }

  #hears(type: MessageType): FaceClass {
    const heard = new Kept<unknown>()
    this.#published.set(type.name, heard)
    return class extends Component {
      readonly port = this.sub(type, (message, from) => {
        // The tester hears itself, too.
        if (from.actor === TESTED) heard.add(message)
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

  /**
   * Asks as a qry, whatever kind it is listed as: any number at once, as many peers do, of which a rep or srv
   * answers one after another.
   */
  #asksAt({ carries }: Port, kind: string, query: MessageType, answer: MessageType): FaceClass {
    const asks = this.#asks
    return class extends Component {
      readonly port = listedAs(kind, this.qry(query, answer))
      override onActivate(): void {
        asks.set(carries, (value, timeout) => this.port.ask(value, { timeout, ...toTested(this.port) }))
      }
    }
  }

  /** Answers as an ans, whatever kind it is listed as: a query without an answer holds up no other. */
  #answersAt({ carries }: Port, kind: string, query: MessageType, answer: MessageType): FaceClass {
    const fakes = this.#fakes.set(carries, undefined)
    return class extends Component {
      readonly port = listedAs(
        kind,
        this.ans(query, answer, (value, reply) => answerBy(fakes.get(carries), carries, value, reply)),
      )
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

/** Peers take the port for another kind: on the wire all that ask are the same, and all that answer. */
function listedAs<P extends Port>(kind: string, port: P): P {
  return Object.assign(port, { kind })
}

/** Waits for no fake that takes its time, so that other queries are answered meanwhile. */
function answerBy(fake: Fake | undefined, carries: string, query: unknown, reply: Reply<unknown>): void {
  if (!fake) {
    const where = 'in the option `before` if the component asks in onActivate'
    throw new TestingError(
      'unanswered',
      `the test gave no answer for ${carries}; call answer() first, ${where}`,
    )
  }
  const returned = (answer: unknown): void => {
    if (answer !== undefined) reply(answer)
  }
  const result = fake(query, (answer) => void reply(answer))
  if (!isThenable(result)) returned(result)
  else Promise.resolve(result.then(returned)).catch((error) => fail(reply, error))
}

/** Answers as a handler that threw. */
function fail(reply: Reply<unknown>, error: unknown): void {
  if (isFallible(reply)) reply[FAIL](messageOf(error))
}

function isFallible(reply: Reply<unknown>): reply is AnsReply<unknown> {
  return FAIL in reply
}
