/** Communicators for tests: what happens to them is kept, and all of them end with the test. */
import {
  Communicator,
  type CommunicatorOptions,
  type ConnectorResources,
  Endpoint,
  EndpointState,
  Message,
  Mode,
  type Properties,
} from '../../communicator/index.js'
import { eventually } from './eventually.js'

/** One communicator, and what its monitor was told. */
export class Watched {
  readonly communicator: Communicator
  /** Why its connectors failed, from the first on. */
  readonly failures: Error[] = []
  /** `site-1 READY`, in their order. */
  readonly events: string[] = []

  constructor(communicator: Communicator) {
    this.communicator = communicator
    communicator.registerMonitor({
      stateChange: ({ name, state }) => {
        this.events.push(`${name} ${state === EndpointState.READY ? 'READY' : 'DISCONNECTED'}`)
      },
      connectorFailed: (_handle, _url, error) => {
        this.failures.push(error)
      },
    })
  }

  /** Resolves with the first failure that says so. */
  async failure(text: string | RegExp): Promise<Error> {
    const says = ({ message }: Error): boolean => new RegExp(text).test(message)
    const told = (): string => this.failures.map(({ message }) => message).join(' · ')
    await eventually(() => this.failures.some(says), String(text)).catch((error: unknown) => {
      throw new Error(`${String(error)}; what came: ${told()}`)
    })
    const [first] = this.failures.filter(says)
    if (!first) throw new Error('there is one')
    return first
  }

  /** Listens at a free port of the loopback; gives where. */
  async listen(scheme: string, resources: ConnectorResources = {}): Promise<string> {
    return (await this.communicator.startListener(scheme, resources)).connectUrl
  }

  dial(url: string, resources: ConnectorResources = {}): Promise<string> {
    return this.communicator.addConnector(url, Mode.ACTIVE, false, resources)
  }
}

export class Communicators {
  readonly #made: Communicator[] = []

  /** One that is started. */
  async start(name: string, connProps: Properties = {}, options: CommunicatorOptions = {}): Promise<Watched> {
    const communicator = new Communicator(new Endpoint(name, {}, connProps), options)
    this.#made.push(communicator)
    const watched = new Watched(communicator)
    await communicator.start()
    return watched
  }

  /** For afterEach(). */
  async stop(): Promise<void> {
    await Promise.all(this.#made.splice(0).map((each) => each.stop()))
  }
}

/** Sends one message each way; resolves with what arrived. */
export async function exchange(one: Watched, other: Watched, appId = 7): Promise<readonly [string, string]> {
  const [toOne, toOther] = [arrival(one, appId), arrival(other, appId)]
  const [first, second] = [one.communicator, other.communicator]
  await first.send(second.localEndpoint.name, appId, new Message(undefined, Buffer.from('there')))
  await second.send(first.localEndpoint.name, appId, new Message(undefined, Buffer.from('back')))
  return Promise.all([toOther, toOne])
}

function arrival({ communicator }: Watched, appId: number): Promise<string> {
  return new Promise((resolve) => {
    const undo = communicator.registerMessageReceiver(appId, {
      processMessage: (_endpoint, _connection, _app, { payload }) => {
        undo()
        resolve(String(payload))
      },
    })
  })
}
