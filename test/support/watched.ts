/** Communicators of which a test wants to know what happens to them. */
import {
  type Communicator,
  type CommunicatorOptions,
  type ConnectorResources,
  Message,
  Mode,
} from '../../communicator/index.js'
import { type Communicators, Heard } from './communicators.js'
import { eventually } from './eventually.js'

/** One communicator, and what its monitor was told. */
export class Watched {
  readonly communicator: Communicator
  readonly heard = new Heard()

  private constructor(communicator: Communicator) {
    this.communicator = communicator
    communicator.registerMonitor(this.heard)
  }

  /** One that is started. */
  static async start(
    all: Communicators,
    name: string,
    connProps = {},
    options: CommunicatorOptions = {},
  ): Promise<Watched> {
    return new Watched(await all.start(name, options, connProps))
  }

  /** Why its connectors failed, from the first on. */
  get failures(): readonly Error[] {
    return this.heard.failures
  }

  /** `site-1 READY`, in their order. */
  get events(): readonly string[] {
    return this.heard.states
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
