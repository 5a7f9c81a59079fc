/**
 * The communicator: endpoints of different networks that send messages to each other by name, over whatever
 * connections their connectors make. Speaks the wire of NVFlare's F3.
 */

import { type AwaitOptions, awaitEndpoint } from './awaited.js'
import { Connector } from './connector.js'
import { type ConnectorResources, listenPlaces, paramsOf } from './connector-params.js'
import { handedOver, headersOf, wrongApp, wrongPayload } from './delivery.js'
import type { ConnectorParams, Driver, Pipe } from './driver.js'
import { Mode } from './driver.js'
import type { Endpoint, EndpointMonitor } from './endpoint.js'
import { CommError } from './errors.js'
import { handshakeOf, type Introduction } from './handshake.js'
import { LOOKS } from './heartbeat.js'
import { commLimits } from './limits.js'
import { Link, type LinkOwner } from './link.js'
import { Loopback } from './loopback.js'
import type { Connection, Message, MessageReceiver } from './message.js'
import { isolated, Monitors } from './monitors.js'
import { wrongName } from './names.js'
import { Peers } from './peers.js'
import { driverFor } from './registry.js'
import { tlsFor } from './security/credentials.js'
import { checkIdentity, type Identities } from './security/identity.js'

/** What a communicator may be told; all of it has a default in `commLimits`. */
export interface CommunicatorOptions {
  /**
   * Milliseconds of silence after which a peer is asked whether it is there; after three of them it is
   * gone.
   */
  readonly heartbeatMs?: number
  /** Milliseconds until a connection has shaken hands. */
  readonly handshakeMs?: number
  /** Milliseconds for which send() waits for room. */
  readonly sendMs?: number
  /** Bytes of the longest frame, sent or received. */
  readonly maxFrameBytes?: number
  /** Which name a certificate bears whose owner may be called so, where that is not by the rules of F3. */
  readonly identities?: Identities
  /** The clock of handshakes, in milliseconds since 1970. */
  readonly now?: () => number
}

/** Where a listener that was started is reached. */
export interface StartedListener {
  /** For removeConnector(). */
  readonly handle: string
  /** What peers dial. */
  readonly connectUrl: string
}

type Phase = 'new' | 'started' | 'stopped'

const OWN: Connection = {
  name: 'CN00000',
  facts: { peer_addr: '0.0.0.0:0', local_addr: '0.0.0.0:0' },
  close: () => undefined,
}

/**
 * One end: sends messages to other endpoints by name, and hands out what they send. Whatever is asked of it
 * that cannot be is told by a CommError.
 */
export class Communicator {
  /** Who this is. */
  readonly localEndpoint: Endpoint
  readonly #options: Required<Omit<CommunicatorOptions, 'identities'>> &
    Pick<CommunicatorOptions, 'identities'>
  readonly #connectors = new Map<string, Connector>()
  readonly #links = new Map<Link, Connector>()
  readonly #receivers = new Map<number, MessageReceiver>()
  readonly #monitors = new Monitors()
  readonly #peers = new Peers((endpoint) => this.#monitors.tell((each) => each.stateChange(endpoint)))
  readonly #loopback = new Loopback()
  readonly #owner: LinkOwner = {
    introduced: (link, who) => this.#introduced(link, who),
    settled: (link) => this.#peers.settled(link),
    receive: (link, appId, message) => this.#receive(link, appId, message),
    dropped: ({ endpoint }, why) => endpoint && this.#dropped(endpoint, why),
    ended: (link, error) => this.#ended(link, error),
  }
  #phase: Phase = 'new'
  #starting: Promise<void> | undefined
  #stopping: Promise<void> | undefined
  #looking: NodeJS.Timeout | undefined
  readonly #ending = new AbortController()

  /** Connects nothing before it is started. @throws CommError `BAD_CONFIG` for a name that is none. */
  constructor(localEndpoint: Endpoint, options: CommunicatorOptions = {}) {
    const wrong = wrongName(localEndpoint.name)
    if (wrong) throw new CommError('BAD_CONFIG', `${JSON.stringify(localEndpoint.name)} is no name: ${wrong}`)
    const { heartbeatMs, handshakeMs, sendMs, frameBytes: maxFrameBytes } = commLimits
    this.localEndpoint = localEndpoint
    this.#options = { heartbeatMs, handshakeMs, sendMs, maxFrameBytes, now: Date.now, ...options }
  }

  /**
   * Listens at, and dials, all that was added; resolves when it listens. @throws CommError `BAD_CONFIG` where
   * it cannot: then nothing is left open, and it is over. `CLOSED` after stop().
   */
  start(): Promise<void> {
    if (this.#phase === 'stopped') return Promise.reject(overAndDone())
    this.#phase = 'started'
    this.#starting ??= this.#startAll()
    return this.#starting
  }

  /**
   * Resolves when all connections have ended and all addresses are free, within `commLimits.stopMs` and a
   * moment. What was sent before goes first, as long as there is time. May be called again.
   */
  stop(): Promise<void> {
    this.#phase = 'stopped'
    this.#stopping ??= this.#stopAll()
    return this.#stopping
  }

  /**
   * Adds a way to peers: ACTIVE dials the URL, again and again; PASSIVE listens there, at all addresses where
   * its host is 0. Gives its handle; of one that listens when it does, once this is started.
   * @param secure with TLS, whatever the scheme
   * @param resources parameters beside those of the URL: paths of certificates, `connection_security`, …
   * @throws CommError `BAD_CONFIG`, `NOT_SUPPORTED`, `CLOSED`
   */
  async addConnector(
    url: string,
    mode: Mode,
    secure = false,
    resources: ConnectorResources = {},
  ): Promise<string> {
    const scheme = /^[^:]*/.exec(url)?.[0] ?? ''
    return this.addConnectorAdvanced(driverFor(scheme), mode, { ...resources, url }, secure)
  }

  /**
   * Adds a way by a driver of one's own. @param start listens or dials even before start()
   * @throws CommError as addConnector()
   */
  async addConnectorAdvanced(
    driver: Driver,
    mode: Mode,
    params: ConnectorResources & { readonly url: string },
    secure = false,
    start = false,
  ): Promise<string> {
    const { connProps } = this.localEndpoint
    return (await this.#add(driver, mode, paramsOf(driver, params, connProps, secure), start)).handle
  }

  /**
   * Listens at an address that is chosen here, at once: `host` is what peers are told (default `localhost`),
   * `listen_host` what is bound, `port` or `ports` (`'8000-8010'`) where. @throws CommError
   * `BAD_CONFIG` where no port of the range is free.
   */
  async startListener(scheme: string, resources: ConnectorResources = {}): Promise<StartedListener> {
    const driver = driverFor(scheme)
    const { connProps } = this.localEndpoint
    let why: unknown
    for (const { params, connectUrlOf } of listenPlaces(driver, scheme, resources, connProps)) {
      try {
        const connector = await this.#add(driver, Mode.PASSIVE, params, true)
        return { handle: connector.handle, connectUrl: connectUrlOf(connector.url) }
      } catch (error) {
        if (!isTaken(error)) throw error
        why = error
      }
    }
    const text = `no port of ${String(resources.ports ?? resources.port)} is free; give others`
    throw new CommError('BAD_CONFIG', text, { cause: why })
  }

  /** Its connections end, and its address is free when it resolves. @throws CommError `CLOSED` for none. */
  async removeConnector(handle: string): Promise<void> {
    const connector = this.#connectors.get(handle)
    if (!connector) throw new CommError('CLOSED', `there is no connector ${handle}`)
    this.#connectors.delete(handle)
    await connector.stop((link) => link.end())
  }

  /**
   * A remote endpoint that was connected once, whatever its state; undefined for others, and for this one.
   */
  findEndpoint(name: string): Endpoint | undefined {
    return this.#peers.find(name)
  }

  /** Ends its connection, and forgets it. Who dials it does so again: remove its connector for good. */
  removeEndpoint(name: string): void {
    this.#peers.remove(name)
  }

  /** Told of each endpoint from now on, and at once of those that are READY. Gives its undoing. */
  registerMonitor(monitor: EndpointMonitor): () => void {
    const undo = this.#monitors.add(monitor)
    for (const endpoint of this.#peers.ready) isolated('a monitor', () => monitor.stateChange(endpoint))
    return undo
  }

  /**
   * Takes the messages of an app. Gives its undoing. @throws CommError `BAD_CONFIG` where the app has a
   * receiver, `BAD_DATA` for an id that is none.
   */
  registerMessageReceiver(appId: number, receiver: MessageReceiver): () => void {
    const wrong = wrongApp(appId)
    if (wrong) throw wrong
    if (this.#receivers.has(appId)) throw new CommError('BAD_CONFIG', `app ${appId} has a receiver already`)
    this.#receivers.set(appId, receiver)
    return () => {
      if (this.#receivers.get(appId) === receiver) this.#receivers.delete(appId)
    }
  }

  /**
   * Sends a message to an endpoint. Those of one caller arrive in the order of the calls. Resolves when there
   * was room for it: who waits for that is held back by a peer that does not keep up. That it arrives is not
   * said. @throws CommError `CLOSED` where the endpoint is not known, or the connection ended first,
   * `NOT_READY` where it is not connected or too much waits, `TIMEOUT` where there was no room in time,
   * `BAD_DATA`.
   */
  send(to: Endpoint | string, appId: number, message: Message): Promise<void> {
    if (this.#phase === 'stopped') return Promise.reject(overAndDone())
    const name = typeof to === 'string' ? to : to.name
    const { headers, payload } = message
    const wrong = wrongApp(appId) ?? wrongPayload(payload)
    if (wrong) return Promise.reject(wrong)
    if (name === this.localEndpoint.name) return this.#sendHome(to, appId, message)
    const link = this.#peers.linkTo(name)
    if (!link) return Promise.reject(this.#unreachable(name))
    if (headers === undefined) return link.send(appId, undefined, payload)
    try {
      return link.send(appId, headersOf(headers), payload)
    } catch (error) {
      return Promise.reject(error)
    }
  }

  /**
   * Resolves with an endpoint as soon as it is READY. @throws CommError `TIMEOUT`, with what hindered its
   * connectors as the cause; `CLOSED` when this is stopped; the reason of the signal.
   */
  connected(name: string, options: AwaitOptions = {}): Promise<Endpoint> {
    return awaitEndpoint(name, (monitor) => this.registerMonitor(monitor), this.#ending.signal, options)
  }

  // ---- what links tell

  #introduced(link: Link, who: Introduction): string | undefined {
    const { name } = who
    if (name === this.localEndpoint.name) return `it is called ${name}, as this one is`
    return this.#identityWrong(link, name) ?? this.#peers.introduced(link, who)
  }

  #receive(link: Link, appId: number, message: Message): unknown {
    const { endpoint } = link
    if (!endpoint) return undefined
    const receiver = this.#receivers.get(appId)
    if (receiver) return handedOver(receiver, endpoint, link, appId, message)
    this.#dropped(endpoint, `nobody receives for app ${appId}`)
    return undefined
  }

  #dropped(endpoint: Endpoint, why: string): void {
    this.#monitors.tell((each) => each.frameDropped?.(endpoint, why))
  }

  #ended(link: Link, error: Error | undefined): void {
    const connector = this.#links.get(link)
    this.#links.delete(link)
    this.#peers.ended(link)
    connector?.linkEnded(link)
    if (connector && error && this.#phase !== 'stopped') this.#failed(connector, error)
  }

  // ---- connectors

  async #add(driver: Driver, mode: Mode, params: ConnectorParams, start: boolean): Promise<Connector> {
    if (this.#phase === 'stopped') throw overAndDone()
    if (mode !== Mode.ACTIVE && mode !== Mode.PASSIVE) {
      throw new CommError('BAD_CONFIG', `${String(mode)} is no mode; give Mode.ACTIVE or Mode.PASSIVE`)
    }
    if (this.#connectors.size >= commLimits.connectors) {
      throw new CommError('BAD_CONFIG', `there are ${commLimits.connectors} connectors; remove one first`)
    }
    const connector = new Connector(driver, mode, params, {
      connected: (pipe) => this.#link(pipe, connector),
      failed: (_, error) => this.#failed(connector, error),
    })
    this.#connectors.set(connector.handle, connector)
    try {
      // What is wrong with certificates is told now, and not by each attempt.
      await tlsFor(params, mode)
      if (start || this.#phase === 'started') await connector.start()
    } catch (error) {
      this.#connectors.delete(connector.handle)
      throw error
    }
    if (this.#stopping) await connector.stop((link) => link.end())
    return connector
  }

  #link(pipe: Pipe, connector: Connector): Link {
    const { now, ...options } = this.#options
    const { driver, mode, handle } = connector
    const { localEndpoint: local } = this
    const heartbeatMs = driver.capabilities.sendHeartbeat ? options.heartbeatMs : Number.POSITIVE_INFINITY
    const handshake = (): Buffer => handshakeOf(local, now())
    const link = new Link(pipe, { ...options, heartbeatMs, local, mode, handle, handshake }, this.#owner)
    this.#links.set(link, connector)
    this.#looking ??= this.#lookOn()
    return link
  }

  #lookOn(): NodeJS.Timeout {
    const timer = setInterval(() => {
      const nowMs = performance.now()
      for (const link of [...this.#links.keys()]) link.look(nowMs)
    }, this.#options.heartbeatMs / LOOKS)
    return timer.unref()
  }

  async #startAll(): Promise<void> {
    const starts = [...this.#connectors.values()].map((each) => each.start())
    const failed = (await Promise.allSettled(starts)).find(({ status }) => status === 'rejected')
    if (failed?.status !== 'rejected') return
    await this.stop()
    throw failed.reason
  }

  async #stopAll(): Promise<void> {
    const { stopMs } = commLimits
    clearInterval(this.#looking)
    this.#ending.abort(overAndDone())
    const connectors = [...this.#connectors.values()]
    const stopped = connectors.map((each) => each.stop((link) => link.finish(stopMs)))
    // Whatever a driver does, it is over then.
    const timer = setTimeout(
      () => {
        for (const link of [...this.#links.keys()]) link.end()
      },
      stopMs + stopMs / 2,
    )
    await Promise.all([...stopped, ...[...this.#links.keys()].map((link) => link.over)])
    clearTimeout(timer)
    this.#loopback.end()
  }

  #failed({ handle, url }: Connector, error: Error): void {
    this.#monitors.tell((each) => each.connectorFailed?.(handle, url, error))
  }

  #identityWrong(link: Link, remoteName: string): string | undefined {
    const connector = this.#links.get(link)
    if (connector?.params.security !== 'mtls') return undefined
    const { mode, params } = connector
    return checkIdentity({
      ...{ localName: this.localEndpoint.name, remoteName, mode },
      peerCn: link.facts.peer_cn,
      adminListener: String(params.admin_listener) === 'true',
      identities: this.#options.identities,
    })
  }

  // ---- sending

  #sendHome(to: Endpoint | string, appId: number, message: Message): Promise<void> {
    const endpoint = typeof to === 'string' ? this.localEndpoint : to
    return this.#loopback.send(appId, message.payload?.length ?? 0, () => {
      const receiver = this.#receivers.get(appId)
      if (receiver) return handedOver(receiver, endpoint, OWN, appId, message)
      return this.#dropped(endpoint, `nobody receives for app ${appId}`)
    })
  }

  #unreachable(name: string): CommError {
    const known = this.#peers.find(name)
    if (!known) return new CommError('CLOSED', `endpoint ${name} is not known: it was never connected`)
    return new CommError('NOT_READY', `endpoint ${name} is not ready: ${known.state}`)
  }
}

function overAndDone(): CommError {
  return new CommError('CLOSED', 'the communicator is stopped; make another')
}

function isTaken(error: unknown): boolean {
  const cause = error instanceof Error ? error.cause : undefined
  return cause instanceof Error && 'code' in cause && cause.code === 'EADDRINUSE'
}
