/** A hub that listens: commands and replies between users and workers over HTTP, kept in a folder. */
import type { Duplex } from 'node:stream'
import type { FastifyInstance } from 'fastify'
import { isLoopback } from '../../discovery/index.js'
import { errnoOf, messageOf } from '../../ports/index.js'
import { admitOnly, tokenIn } from '../fastapi/admission.js'
import { fastapiServer } from '../fastapi/routes.js'
import { Fleet } from '../fleet/fleet.js'
import { FleetOperations } from '../fleet/operations.js'
import { fleetRoutes } from '../fleet/routes.js'
import { Sessions, sessionRoutes } from '../fleet/sessions.js'
import { docsRoutes } from '../openapi/docs-routes.js'
import { metricsRoute } from '../prometheus/exposition.js'
import type { DialledHub } from '../relay/hub-url.js'
import type { Exchange } from '../relay/index.js'
import { HubError } from './errors.js'
import { Keeper } from './keeper.js'
import { hubLimits } from './limits.js'
import { HubMetrics } from './metrics.js'
import { HubOperations } from './operations.js'
import { pageRoutes } from './page-routes.js'
import { seedRoutes } from './seed-routes.js'
import { HubSockets } from './socket.js'
import { v1Routes } from './v1-routes.js'
import { Waiters } from './waiters.js'

/** Where a hub listens, and what it keeps where. */
export interface HubOptions {
  /** IPv4 address to listen at. Default `127.0.0.1`. */
  readonly host?: string
  /** TCP port; 0 for a free one. Default 8000. */
  readonly port?: number
  /** Whoever is on this host may come, without a token. Default false. */
  readonly open?: boolean
  /** Where agents and operators dial it, beside HTTP. Default nowhere. */
  readonly dialled?: DialledAt
  /** The folder of all that it must not lose; made where it is not there. */
  readonly data: string
}

/** Where a hub is dialled. */
export interface DialledAt {
  readonly hub: DialledHub
  /** The folder of its certificates; '' for none, on this host. */
  readonly tls: string
  /** Of quorate, as it tells. */
  readonly version: string
  /** Hears of those that are refused. */
  readonly tell: (text: string) => void
}

const LOOPBACK = '127.0.0.1'

export class Hub {
  readonly #options: HubOptions
  readonly #server: FastifyInstance
  readonly #keeper: Keeper
  readonly #work = new Waiters()
  readonly #answers = new Waiters()
  readonly #metrics = new HubMetrics()
  readonly #fleet = new Fleet()
  readonly #sockets: HubSockets
  #port = 0
  #exchange: Exchange | undefined
  /** What whoever comes has to show; undefined of one that is open. */
  readonly token: string | undefined

  /**
   * Listens when it is started. @throws HubError `hub-not-kept` where the folder cannot be written;
   * `hub-bad-option` where it is to be open to other hosts.
   */
  constructor(options: HubOptions) {
    this.#options = { ...options, host: options.host ?? LOOPBACK }
    const { open = false, host = LOOPBACK, dialled } = options
    const reached = isLoopback(host) && dialled?.hub.isSecure ? dialled.hub.shown : host
    if (open && !isLoopback(reached)) {
      const text = `whoever reaches ${reached} could command; an open hub listens on loopback alone`
      throw new HubError('hub-bad-option', text)
    }
    this.#keeper = new Keeper(options.data, {
      queued: (target) => this.#work.happened(target),
      answered: (commandId) => this.#answers.happened(commandId),
      changed: (entry) => {
        this.#metrics.changed(entry)
        this.#fleet.commanded(entry)
      },
    })
    this.token = open ? undefined : tokenIn(options.data)
    this.#server = fastapiServer(hubLimits.bodyBytes, hubLimits.nameChars)
    const sessions = new Sessions()
    admitOnly(this.#server, this.token, (request) => sessions.admits(request) || undefined)
    const accepted = (tookMs: number): void => this.#metrics.accepted(tookMs)
    docsRoutes(this.#server, async () => (await import('./openapi.js')).hubDescription(open))
    metricsRoute(this.#server, { registry: this.#metrics.registry, look: () => this.#look() })
    seedRoutes(this.#server, this.#keeper, accepted)
    const waiters = { work: this.#work, answers: this.#answers }
    const operations = new HubOperations(this.#keeper, waiters, accepted, (worker) =>
      this.#fleet.left(worker),
    )
    const fleet = new FleetOperations(this.#fleet)
    v1Routes(this.#server, operations)
    fleetRoutes(this.#server, fleet)
    pageRoutes(this.#server)
    sessionRoutes(this.#server, sessions, this.token)
    this.#sockets = new HubSockets({ ...operations, ...fleet })
    this.#sockets.serveAt(this.#server, '/v1/socket')
  }

  /** TCP port at which it listens; 0 before the start. */
  get port(): number {
    return this.#port
  }

  /** Where it is dialled, with the port that it has; '' for nowhere, and before the start. */
  get dialledUrl(): string {
    return this.#exchange?.url ?? ''
  }

  /** Listens; resolves when it does. @throws HubError `hub-in-use`, `hub-bad-option`. */
  async start(): Promise<void> {
    const { host = LOOPBACK, port = 8000, dialled } = this.#options
    try {
      await this.#server.listen({ host, port })
    } catch (cause) {
      const isTaken = errnoOf(cause) === 'EADDRINUSE'
      const text = isTaken
        ? `the port ${port} of ${host} is in use; end the program that has it, or choose another`
        : `a hub cannot listen at ${host}:${port}: ${messageOf(cause)}`
      throw new HubError(isTaken ? 'hub-in-use' : 'hub-bad-option', text, { cause })
    }
    const address = this.#server.server.address()
    this.#port = typeof address === 'object' && address !== null ? address.port : 0
    if (dialled) await this.#exchangeAt(dialled)
  }

  async #exchangeAt(dialled: DialledAt): Promise<void> {
    // Loaded here: a hub that nobody dials needs no communicator.
    const { Exchange } = await import('../relay/index.js')
    const serve = (stream: Duplex): void => void this.#server.server.emit('connection', stream)
    try {
      this.#exchange = new Exchange({ ...dialled, serve })
      await this.#exchange.start()
    } catch (cause) {
      const text = `a hub cannot be dialled at ${dialled.hub.shown}: ${messageOf(cause)}`
      throw new HubError('hub-bad-option', text, { cause })
    }
  }

  #look(): void {
    const waiting = this.#work.count + this.#answers.count
    this.#keeper.look((core, nowMs) => this.#metrics.look({ core, nowMs, waiting }))
  }

  /** Ends; what was answered for is kept. */
  async stop(): Promise<void> {
    this.#work.close()
    this.#answers.close()
    this.#fleet.close()
    this.#sockets.close()
    await this.#exchange?.stop()
    await this.#server.close()
    await this.#keeper.close()
  }
}
