/** Communicators of a test: made with short times, and stopped after it. */
import {
  Communicator,
  type CommunicatorOptions,
  type ConnectorResources,
  Endpoint,
  type EndpointMonitor,
  Message,
  Mode,
} from '../../communicator/index.js'

export class Communicators {
  readonly #all: Communicator[] = []

  /** One that is started. */
  async start(name: string, options: CommunicatorOptions = {}, connProps = {}): Promise<Communicator> {
    const made = new Communicator(new Endpoint(name, {}, connProps), options)
    this.#all.push(made)
    await made.start()
    return made
  }

  /** Two that are connected: `listener` is dialled by `dialler`. */
  async pair(
    scheme = 'tcp',
    resources: ConnectorResources = {},
    options: CommunicatorOptions = {},
    connProps = {},
  ): Promise<readonly [listener: Communicator, dialler: Communicator]> {
    const listener = await this.start('listener', options, connProps)
    const dialler = await this.start('dialler', options, connProps)
    const { connectUrl } = await listener.startListener(scheme, resources)
    await dialler.addConnector(connectUrl, Mode.ACTIVE)
    await Promise.all([dialler.connected('listener'), listener.connected('dialler')])
    return [listener, dialler]
  }

  async stop(): Promise<void> {
    await Promise.all(this.#all.splice(0).map((each) => each.stop()))
  }
}

/** What a monitor was told, as `name READY`. */
export class Heard implements EndpointMonitor {
  readonly states: string[] = []
  readonly failures: Error[] = []
  readonly drops: string[] = []

  stateChange({ name, state }: Endpoint): void {
    this.states.push(`${name} ${state === 1 ? 'READY' : 'DISCONNECTED'}`)
  }

  connectorFailed(_handle: string, _url: string, error: Error): void {
    this.failures.push(error)
  }

  frameDropped(_endpoint: Endpoint, why: string): void {
    this.drops.push(why)
  }
}

/** A message whose payload begins with a number. */
export function numbered(number: number, bytes = 4): Message {
  const payload = Buffer.alloc(Math.max(4, bytes))
  payload.writeUInt32BE(number, 0)
  return new Message(undefined, payload)
}
