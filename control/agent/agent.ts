/** An agent that listens: it starts, watches and stops the actors of one node. */
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { isLoopback } from '../../discovery/index.js'
import { type AnchorsOf, InstalledBundles, type InstalledBundlesOptions } from '../bundle/index.js'
import { tokenIn } from '../fastapi/admission.js'
import { Announcer, agentLabels, agentName, type Labels, nameOfHost } from '../nearby/index.js'
import { docsRoutes } from '../openapi/docs-routes.js'
import { metricsRoute } from '../prometheus/exposition.js'
import { Deployments } from '../rollout/deployments.js'
import { deploymentRoutes } from '../rollout/routes.js'
import { type Identities, secureLimits } from '../secure/index.js'
import { serverFor } from './comers.js'
import { Credentials } from './credentials.js'
import { deploymentPlace, type KeyFolderOfApp } from './deployment-place.js'
import { ErrandRunner } from './errand-runner.js'
import { AgentError } from './errors.js'
import { FleetNode } from './fleet-node.js'
import { FloristClients } from './florist-clients.js'
import { lockFolder } from './folder-lock.js'
import { headRoutes } from './head-routes.js'
import { headSignIn } from './head-sign-in.js'
import { type HubOfAgent, HubWay, hubUrlFor } from './hub-way.js'
import { type DescribeApp, InstalledApps } from './installed-apps.js'
import { AgentMetrics } from './metrics.js'
import type { NodeIdentity } from './node-view.js'
import { passwordPage } from './password-page.js'
import { canKnowProcesses } from './processes.js'
import { AgentStore, type AppRecord } from './records.js'
import { seedRoutes } from './seed-routes.js'
import type { ProgramOf } from './supervised-actor.js'
import { Supervisor } from './supervisor.js'
import { TrustedApps } from './trusted-apps.js'
import { v1Routes } from './v1-routes.js'

/** Where an agent listens, what it keeps where, and how actors are made. */
export interface AgentOptions {
  /** IPv4 address to listen at. Default `127.0.0.1`. */
  readonly host?: string
  /** TCP port; 0 for a free one. Default 8001. */
  readonly port?: number
  /** Whoever is on this host may come, without a token. Default false. */
  readonly open?: boolean
  /** What whoever comes has to show, 32 characters or more. Default that of the folder, which is made. */
  readonly token?: string | undefined
  /** Other hosts come in TLS, or not at all. Default false. */
  readonly encrypted?: boolean
  /** What it is called. Default the name of the host. */
  readonly name?: string | undefined
  /** What is said of it, for those who choose where actors are to run. */
  readonly labels?: Labels
  /** Of quorate, as it tells. */
  readonly version?: string
  /** Announced by mDNS: on the interface of this name or address; '' for wherever it is reached. */
  readonly announce?: string | undefined
  /** Hears what its owner should know. */
  readonly tell?: (text: string) => void
  /** The folder of all that it must not lose; made where it is not there. */
  readonly data: string
  readonly describe: DescribeApp
  readonly program: ProgramOf
  /** What bundles run with: this package. */
  readonly quorate: InstalledBundlesOptions['quorate']
  /** Whom this host trusts for an app, besides those of `trust()`. */
  readonly anchorsOf: AnchorsOf
  readonly keyFolderOf: KeyFolderOfApp
  /** The hub that it tells of its actors, and goes on errands for. Default none. */
  readonly hub?: HubOfAgent
}

const LOOPBACK = '127.0.0.1'
const PORT = 8001

export class Agent {
  readonly #options: AgentOptions
  readonly #store: AgentStore
  readonly #apps: InstalledApps
  readonly #bundles: InstalledBundles
  readonly #trusted: TrustedApps
  readonly #deployments: Deployments
  readonly #supervisor: Supervisor
  readonly #server: FastifyInstance
  readonly #identity: NodeIdentity
  #announcer: Announcer | undefined
  readonly #hubWay: HubWay | undefined
  readonly #node: FleetNode | undefined
  #lock: { unlock(): void } | undefined
  #port = 0
  #opened = (): void => undefined
  /** What whoever comes has to show; undefined of one that is open. */
  readonly token: string | undefined
  /** Who else may come, by a key of its own. */
  readonly identities: Identities

  /**
   * Listens, and takes up actors, when it is started. @throws AgentError `agent-not-kept` where the folder
   * cannot be written; `agent-bad-option` where it is to be open to other hosts, or on a system without
   * `/proc`.
   */
  constructor(options: AgentOptions) {
    this.#options = options
    this.#identity = identityIn(options)
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
    this.#trusted = new TrustedApps(data, options.anchorsOf)
    const { anchorsOf } = this.#trusted
    this.#bundles = new InstalledBundles(join(data, 'bundles'), { quorate: options.quorate, anchorsOf })
    this.#supervisor = new Supervisor(data, this.#store, program)
    this.token = tokenOf(options)
    const { isEncrypted } = this.#identity
    const { server, identities, carried } = serverFor({ token: this.token, isEncrypted })
    this.#server = server
    this.identities = identities
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
    const [apps, bundles, supervisor, identity] = [
      this.#apps,
      this.#bundles,
      this.#supervisor,
      this.#identity,
    ]
    v1Routes(this.#server, { apps, bundles, supervisor, identity, isOpen: open })
    const { keyFolderOf } = options
    const parts = { name: identity.name, store: this.#store, supervisor, bundles, keyFolderOf }
    const { hub, tell = () => undefined } = options
    const { name, labels, version } = identity
    const who = { name, labels, version, tell }
    this.#hubWay = hub && HubWay.to({ ...who, hub, data, serve: carried }, this.token === undefined)
    this.#deployments = new Deployments(deploymentPlace(parts), this.identities, this.#hubWay?.connect)
    deploymentRoutes(this.#server, this.#deployments)
    const errands = new ErrandRunner(this.#server, this.token)
    const at = hub && { ...who, token: hub.token, ...(hub.url && { url: hubUrlFor(hub.url, data) }) }
    this.#node = at && new FleetNode(at, { apps, supervisor, errands })
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
   * Takes bundles that the anchors of a file vouch for; returns the app that they are of.
   * @throws AgentError `agent-bad-option`; KeyError.
   */
  trust(file: string): Promise<string> {
    return this.#trusted.trust(file)
  }

  /**
   * Takes up the actors that an agent before it has left, and listens. Where it throws, no actor was touched.
   * @throws AgentError `agent-in-use`, `agent-bad-option` where it cannot dial its hub; Error of the system
   * where it cannot listen.
   */
  async start(): Promise<void> {
    const { host = LOOPBACK, port = PORT, data } = this.#options
    this.#lock = await lockFolder(data)
    try {
      await this.#server.listen({ host, port })
      await this.#hubWay?.start()
    } catch (error) {
      this.#lock.unlock()
      throw error
    }
    const address = this.#server.server.address()
    this.#port = typeof address === 'object' && address !== null ? address.port : 0
    await this.#bundles.open()
    this.#supervisor.open()
    this.#deployments.open()
    this.#opened()
    this.#node?.start()
    await this.#announce(host)
  }

  async #announce(host: string): Promise<void> {
    const { announce, tell = () => undefined } = this.#options
    if (announce === undefined) return
    const ad = { ...this.#identity, port: this.#port }
    this.#announcer = new Announcer(ad, { host, interface: announce }, tell)
    await this.#announcer.start()
  }

  /** Ends; its actors go on. */
  async stop(): Promise<void> {
    await this.#node?.stop()
    await this.#hubWay?.stop()
    await this.#announcer?.stop()
    this.#deployments.close()
    await this.#server.close()
    this.#supervisor.close()
    await this.#store.close()
    this.#lock?.unlock()
  }
}

/** @throws AgentError `agent-bad-option` for a name, labels or a token that make no sense. */
function identityIn(options: AgentOptions): NodeIdentity {
  const { name = nameOfHost(), labels = {}, version = '', encrypted = false } = options
  const read = z.object({ name: agentName, labels: agentLabels }).safeParse({ name, labels })
  if (!read.success) {
    const [{ path, message } = { path: [], message: '' }] = read.error.issues
    throw new AgentError('agent-bad-option', `${path.join('.')} of the agent: ${message}`)
  }
  return { id: randomBytes(8).toString('hex'), ...read.data, version, isEncrypted: encrypted }
}

/** @throws AgentError `agent-bad-option` for one that could be guessed. */
function tokenOf({ open = false, token, data }: AgentOptions): string | undefined {
  if (token === undefined) return open ? undefined : tokenIn(data)
  const { tokenCharsMin: least, tokenCharsMax: most } = secureLimits
  if (open)
    throw new AgentError('agent-bad-option', 'an agent that is open has no token; leave out one of them')
  if (token.length >= least && token.length <= most) return token
  const text = `the token has ${token.length} characters; give ${least} to ${most}, drawn at random`
  throw new AgentError('agent-bad-option', text)
}
