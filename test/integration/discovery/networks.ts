/** The networks that the compliance suite runs on, one for each implementation. All on loopback. */
import { randomInt } from 'node:crypto'
import {
  type ActorRecord,
  createMemoryNetwork,
  DirectoryServer,
  type Discovery,
  DiscoveryError,
  type DiscoveryOptions,
  mdnsDiscovery,
  memoryDiscovery,
  staticDiscovery,
} from '../../../discovery/index.js'
import { createSockets, type Sockets } from '../../../ports/index.js'
import type { TestNetwork } from '../../compliance/discovery.js'
import { freePort } from '../../support/free-port.js'

type Make = (options: DiscoveryOptions) => Discovery

export async function memoryNetwork(): Promise<TestNetwork> {
  const network = createMemoryNetwork()
  return networkOf(
    (options) => memoryDiscovery(network, options),
    (record) => (record.port ? Promise.resolve(record.port) : freePort()),
  )
}

export async function mdnsNetwork(): Promise<TestNetwork> {
  const port = mdnsPort()
  const directories = new Directories(createSockets())
  const make: Make = (options) => mdnsDiscovery({ ...options, interface: '127.0.0.1', port })
  return networkOf(make, (record) => directories.open(record), directories)
}

export async function staticNetwork(actors: number): Promise<TestNetwork> {
  const sockets = createSockets()
  const ports: number[] = []
  while (ports.length < actors) ports.push(await freePort())
  const free = [...ports]
  const directories = new Directories(sockets)
  const list = ports.map((port) => `127.0.0.1:${port}`)
  const make: Make = (options) => staticDiscovery({ ...options, sockets, directories: list })
  return networkOf(make, (record) => directories.open(record, record.port || free.shift()), directories)
}

/** A UDP port for an mDNS of one's own. */
export function mdnsPort(): number {
  return randomInt(20_000, 30_000)
}

/** The directories of the actors of one network. */
class Directories {
  readonly sockets: Sockets
  readonly #open = new Map<string, { server: DirectoryServer; record: ActorRecord }>()

  constructor(sockets: Sockets) {
    this.sockets = sockets
  }

  async open(record: ActorRecord, port?: number): Promise<number> {
    const there = this.#open.get(record.id)
    if (there) {
      there.record = record
      there.server.renew()
      return record.port
    }
    const wanted = port ?? record.port
    const [server, bound] = await whenFree(async () => {
      const made = this.#server(record.id, wanted)
      return [made, await made.open()] as const
    })
    this.#open.set(record.id, { server, record: { ...record, port: bound } })
    return bound
  }

  #server(id: string, port: number): DirectoryServer {
    return new DirectoryServer({
      sockets: this.sockets,
      host: '127.0.0.1',
      port,
      self: () => {
        const record = this.#open.get(id)?.record
        if (!record) throw new Error('asked before it is open')
        return record
      },
      events: { hello: () => undefined, notice: () => undefined },
    })
  }

  close(id: string): void {
    this.#open.get(id)?.server.close()
    this.#open.delete(id)
  }
}

/**
 * Binds a port that was closed a moment ago: ZeroMQ lets go of it in its own thread, without a word. It takes
 * milliseconds; who still has it after seconds is another.
 */
export async function whenFree<T>(bind: () => Promise<T>): Promise<T> {
  const endAt = performance.now() + 5000
  for (;;) {
    try {
      return await bind()
    } catch (thrown) {
      const isInUse = thrown instanceof DiscoveryError && thrown.code === 'directory-in-use'
      if (!isInUse || performance.now() > endAt) throw thrown
      await new Promise(setImmediate)
    }
  }
}

function networkOf(
  make: Make,
  portOf: (record: ActorRecord) => Promise<number>,
  directories?: Directories,
): TestNetwork {
  const made = new Map<Discovery, string[]>()
  return {
    discovery: (options = {}) => {
      const discovery = make(options)
      made.set(discovery, [])
      return discovery
    },
    appear: async (by, record) => {
      const announced = { ...record, port: await portOf(record) }
      await by.announce(announced)
      made.get(by)?.push(record.id)
      return announced
    },
    vanish: async (by, id) => {
      await by.withdraw(id)
      directories?.close(id)
    },
    leave: async (by) => {
      await by.stop()
      for (const id of made.get(by) ?? []) directories?.close(id)
    },
    close: async () => {
      await Promise.all([...made.keys()].map((discovery) => discovery.stop()))
      directories?.sockets.closeAll()
    },
  }
}
