/** An agent that listens: it starts, watches and stops the actors of one node. */
import type { FastifyInstance } from 'fastify'
import { isLoopback } from '../../discovery/index.js'
import { admitOnly, tokenIn } from '../fastapi/admission.js'
import { fastapiServer } from '../fastapi/routes.js'
import { docsRoutes } from '../openapi/docs-routes.js'
import { metricsRoute } from '../prometheus/exposition.js'
import { Credentials } from './credentials.js'
import { ErrandRunner } from './errand-runner.js'
import { AgentError } from './errors.js'
import { FleetNode, type NodeAtHub } from './fleet-node.js'
import { FloristClients } from './florist-clients.js'
import { lockFolder } from './folder-lock.js'
import { headRoutes } from './head-routes.js'
import { headSignIn } from './head-sign-in.js'
import { type DescribeApp, InstalledApps } from './installed-apps.js'
import { agentLimits } from './limits.js'
import { AgentMetrics } from './metrics.js'
import { passwordPage } from './password-page.js'
import { canKnowProcesses } from './processes.js'
import { AgentStore, type AppRecord } from './records.js'
import { seedRoutes } from './seed-routes.js'
import type { ProgramOf } from './supervised-actor.js'
import { Supervisor } from './supervisor.js'
import { v1Routes } from './v1-routes.js'

/** Where an agent listens, what it keeps where, and how actors are made. */
export interface AgentOptions {
  /** IPv4 address to listen at. Default `127.0.0.1`. */
  readonly host?: string
  /** TCP port; 0 for a free one. Default 8001. */
  readonly port?: number
  /** Whoever is on this host may come, without a token. Default false. */
  readonly open?: boolean
  /** The folder of all that it must not lose; made where it is not there. */
  readonly data: string
  readonly describe: DescribeApp
  readonly program: ProgramOf
  /** The hub that it tells of its actors, and goes on errands for. Default none. */
  readonly hub?: NodeAtHub
}

const LOOPBACK = '127.0.0.1'
const PORT = 8001

export class Agent {
  readonly #options: AgentOptions
  readonly #store: AgentStore
  readonly #apps: InstalledApps
  readonly #supervisor: Supervisor
  readonly #server: FastifyInstance
  readonly #node: FleetNode | undefined
  #lock: { unlock(): void } | undefined
  #port = 0
  #opened = (): void => undefined
  /** What whoever comes has to show; undefined of one that is open. */
  readonly token: string | undefined

  /**
   * Listens, and takes up actors, when it is started. @throws AgentError `agent-not-kept` where the folder
   * cannot be written; `agent-bad-option` where it is to be open to other hosts, or on a system without
   * `/proc`.
   */
  constructor(options: AgentOptions) {
    this.#options = options
    const { open = false, host = LOOPBACK, data, describe, program } = options
    if (open && !isLoopback(host)) {
      const text = `whoever reaches ${host} could start actors; an open agent listens on loopback alone`
      throw new AgentError('agent-bad-option', text)
    }
    if (!canKnowProcesses()) {
      throw new AgentError('agent-bad-option', 'an agent runs on Linux alone: it knows processes by /proc')
    }
    this.#store = new AgentStore(data)
    this.#apps = new InstalledApps(data, this.#store, describe)
    this.#supervisor = new Supervisor(data, this.#store, program)
    this.token = open ? undefined : tokenIn(data)
    this.#server = fastapiServer(agentLimits.bodyBytes, agentLimits.idChars)
    admitOnly(this.#server, this.token)
    // Who comes early waits until it is known what there is.
    const opened = new Promise<void>((resolve) => {
      this.#opened = resolve
    })
    this.#server.addHook('onRequest', () => opened)
    const metrics = new AgentMetrics()
    const look = (): void => metrics.look(this.#supervisor.actors.values())
    docsRoutes(this.#server, async () => (await import('./openapi.js')).agentDescription(open))
    metricsRoute(this.#server, { registry: metrics.registry, look })
    const clients = new FloristClients(this.#apps, this.#supervisor)
    if (this.token === undefined) seedRoutes(this.#server, clients)
    else {
      const credentials = new Credentials(this.#store, this.token)
      headRoutes(this.#server, clients, credentials)
      headSignIn(this.#server, credentials)
      passwordPage(this.#server)
    }
    v1Routes(this.#server, { apps: this.#apps, supervisor: this.#supervisor, isOpen: open })
    const { hub } = options
    const errands = new ErrandRunner(this.#server, this.token)
    this.#node = hub && new FleetNode(hub, { apps: this.#apps, supervisor: this.#supervisor, errands })
  }

  /** TCP port at which it listens; 0 before the start. */
  get port(): number {
    return this.#port
  }

  /** Installs an app. @throws AgentError `agent-bad-app`, `agent-full`, `agent-not-kept`. */
  install(file: string): Promise<AppRecord> {
    return this.#apps.install(file)
  }

  /**
   * Takes up the actors that an agent before it has left, and listens. @throws AgentError `agent-in-use`;
   * Error of the system where it cannot listen: then no actor was touched.
   */
  async start(): Promise<void> {
    const { host = LOOPBACK, port = PORT, data } = this.#options
    this.#lock = await lockFolder(data)
    try {
      await this.#server.listen({ host, port })
    } catch (error) {
      this.#lock.unlock()
      throw error
    }
    const address = this.#server.server.address()
    this.#port = typeof address === 'object' && address !== null ? address.port : 0
    this.#supervisor.open()
    this.#opened()
    this.#node?.start()
  }

  /** Ends; its actors go on. */
  async stop(): Promise<void> {
    await this.#node?.stop()
    await this.#server.close()
    this.#supervisor.close()
    await this.#store.close()
    this.#lock?.unlock()
  }
}
