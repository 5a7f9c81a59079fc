/**
 * An actor for ports to live in, without a runtime: real sockets on loopback, real turns, and a memory of the
 * rest.
 */
import { randomBytes } from 'node:crypto'
import type { PeerPort, Port, PortEnvironment, PortNotice, PortScope } from '../../ports/port.js'
import { createSockets, type Sockets } from '../../ports/sockets.js'
import { ComponentTurns } from '../../runtime/turns.js'

export class TestEnvironment implements PortEnvironment {
  readonly actor: string
  readonly actorId = randomBytes(8).toString('hex')
  bindHost = '127.0.0.1'
  readonly sockets: Sockets = createSockets()
  /** What handlers threw. */
  readonly failures: unknown[] = []
  readonly turns = new ComponentTurns((error) => void this.failures.push(error))
  readonly topics: PortEnvironment['topics'] = new Map()
  readonly notices: PortNotice[] = []
  readonly #ports: Port[] = []
  #changes = 0

  constructor(actor = 'Tester') {
    this.actor = actor
  }

  /** The component does not keep up: nothing more is read for its handlers. */
  get isFull(): boolean {
    return this.#ports.some((port) => this.turns.gate(port).full)
  }

  /** How often a port said that its address or its connections changed. */
  get changes(): number {
    return this.#changes
  }

  notice(notice: PortNotice): void {
    this.notices.push(notice)
  }

  changed(): void {
    this.#changes++
  }

  /** The port, in its place and open. */
  async open<P extends Port>(port: P, name: string = port.kind, scope: PortScope = 'global'): Promise<P> {
    port.place('component', name, scope)
    this.#ports.push(port)
    await port.open(this)
    return port
  }

  /** How ports of other actors know a port of this one; `endpoint` where they take another way to it. */
  peer(port: Port, endpoint = port.endpoint): PeerPort {
    return { actor: this.actor, actorId: this.actorId, component: port.component, port: port.name, endpoint }
  }

  /** The reasons of notices of one kind. */
  told(what: PortNotice['what']): string[] {
    return this.notices.filter((notice) => notice.what === what).map(({ text }) => text)
  }

  close(): void {
    for (const port of this.#ports) port.close()
    this.turns.stop()
    this.sockets.closeAll()
  }
}

/** Environments of one test; `afterEach(actors.close)` ends them and all that their ports hold. */
export class TestActors {
  readonly #environments: TestEnvironment[] = []

  add(actor?: string): TestEnvironment {
    const environment = new TestEnvironment(actor)
    this.#environments.push(environment)
    return environment
  }

  readonly close = (): void => {
    for (const environment of this.#environments.splice(0)) environment.close()
  }
}
