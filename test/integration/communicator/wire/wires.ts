/**
 * Communicators and the peers that they are tested with: `const wire = wireForTests()` in a suite ends all of
 * them after each test.
 */
import {
  Communicator,
  type CommunicatorOptions,
  type Connection,
  Endpoint,
  type EndpointMonitor,
  EndpointState,
  type Message,
  type MessageReceiver,
  Mode,
} from '../../../../communicator/index.js'
import { deferred, eventually } from '../../../support/eventually.js'
import { F3Listener } from '../../../support/f3-listener.js'
import { F3Peer } from '../../../support/f3-peer.js'

/** The app whose messages these tests look at: that of the golden frames. */
export const APP = 123
export const HOST = '127.0.0.1'

export interface Heard {
  readonly from: string
  readonly appId: number
  readonly message: Message
}

/** What a communicator told of its peers, in its order. */
export class Watch implements EndpointMonitor, MessageReceiver {
  readonly states: { readonly name: string; readonly state: EndpointState; readonly endpoint: Endpoint }[] =
    []
  readonly failures: Error[] = []
  readonly heard: Heard[] = []
  /** Called with each message; a receiver that takes its time returns a promise. */
  onMessage: (heard: Heard) => unknown = () => undefined
  /** Called with each endpoint that is READY. */
  onReady: (endpoint: Endpoint) => void = () => undefined
  #taken = 0

  stateChange(endpoint: Endpoint): void {
    this.states.push({ name: endpoint.name, state: endpoint.state, endpoint })
    if (endpoint.state === EndpointState.READY) this.onReady(endpoint)
  }

  connectorFailed(_handle: string, _url: string, error: Error): void {
    this.failures.push(error)
  }

  processMessage(endpoint: Endpoint, _connection: Connection, appId: number, message: Message): unknown {
    const heard = { from: endpoint.name, appId, message }
    this.heard.push(heard)
    return this.onMessage(heard)
  }

  /** How often this endpoint came into this state. */
  times(name: string, state: EndpointState): number {
    return this.states.filter((each) => each.name === name && each.state === state).length
  }

  /** Names that are READY by what was told. */
  ready(): string[] {
    const last = new Map(this.states.map(({ name, state }) => [name, state]))
    return [...last].filter(([, state]) => state === EndpointState.READY).map(([name]) => name)
  }

  /** The endpoint, when it has been READY so often. */
  async isReady(name: string, times = 1): Promise<Endpoint> {
    await eventually(() => this.times(name, EndpointState.READY) >= times, `${name} READY ${times} times`)
    const of = this.states.filter((each) => each.name === name && each.state === EndpointState.READY)
    const endpoint = of.at(-1)?.endpoint
    if (!endpoint) throw new Error(`${name} was never READY`)
    return endpoint
  }

  async isGone(name: string, times = 1): Promise<void> {
    const { DISCONNECTED } = EndpointState
    await eventually(() => this.times(name, DISCONNECTED) >= times, `${name} DISCONNECTED ${times} times`)
  }

  /** The next message that no one has asked for. */
  async next(): Promise<Heard> {
    const at = this.#taken++
    await eventually(() => this.heard.length > at, `message ${at + 1}`)
    const heard = this.heard[at]
    if (!heard) throw new Error('no message')
    return heard
  }
}

/** A communicator with what it tells. */
export interface Side {
  readonly communicator: Communicator
  readonly watch: Watch
  /** Where it listens; 0 where it dials. */
  readonly port: number
}

export class Wire {
  readonly #communicators: Communicator[] = []
  readonly #peers: F3Peer[] = []
  readonly #listeners: F3Listener[] = []

  /** A communicator that neither listens nor dials yet, started. */
  async side(name: string, options: CommunicatorOptions = {}, props: object = {}): Promise<Side> {
    const communicator = new Communicator(new Endpoint(name, { ...props }), options)
    this.#communicators.push(communicator)
    const watch = new Watch()
    communicator.registerMonitor(watch)
    communicator.registerMessageReceiver(APP, watch)
    await communicator.start()
    return { communicator, watch, port: 0 }
  }

  async listening(name: string, options: CommunicatorOptions = {}, props: object = {}): Promise<Side> {
    const side = await this.side(name, options, props)
    const { connectUrl } = await side.communicator.startListener('tcp', { host: HOST })
    return { ...side, port: Number(new URL(connectUrl).port) }
  }

  async dialling(
    url: string,
    name: string,
    options: CommunicatorOptions = {},
    props: object = {},
  ): Promise<Side> {
    const side = await this.side(name, options, props)
    await side.communicator.addConnector(url, Mode.ACTIVE)
    return side
  }

  /** A peer that has connected and said nothing. */
  async stranger(side: Side, name = 'peer'): Promise<F3Peer> {
    const peer = await F3Peer.dial({ port: side.port, host: HOST }, name)
    this.#peers.push(peer)
    return peer
  }

  /** A peer that is READY at the listener. */
  async peer(side: Side, name = 'peer', props: object = {}): Promise<F3Peer> {
    const times = side.watch.times(name, EndpointState.READY)
    const peer = await this.stranger(side, name)
    await peer.shakeHands(props)
    await side.watch.isReady(name, times + 1)
    return peer
  }

  /** Where communicators can dial. */
  async listener(name = 'peer', prepare: (peer: F3Peer) => void = () => undefined): Promise<F3Listener> {
    const listener = await F3Listener.open(name, (peer) => {
      this.#peers.push(peer)
      prepare(peer)
    })
    this.#listeners.push(listener)
    return listener
  }

  async end(): Promise<void> {
    for (const listener of this.#listeners.splice(0)) listener.close()
    for (const peer of this.#peers.splice(0)) peer.close()
    await Promise.all(this.#communicators.splice(0).map((each) => each.stop()))
  }
}

export function wireForTests(): Wire {
  const wire = new Wire()
  afterEach(() => wire.end())
  return wire
}

const LOOKS = 30
const LOOK_MS = 10

/** Resolves when a number that grows has stood still for a while: who is held back comes no further. */
export async function stillAt(read: () => number): Promise<number> {
  let last = read()
  for (let same = 0; same < LOOKS; same++) {
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS))
    const now = read()
    if (now !== last) same = -1
    last = now
  }
  return last
}

/** A promise that a test settles when it wants a receiver to go on. */
export const gate = deferred
