/** A console of the reference's kind: plain sockets of ZeroMQ, which know nothing of quorate. */
import { Dealer, Request, Subscriber } from 'zeromq'

export interface Where {
  readonly subscriberPort: number
  readonly commandPort: number
}

export class RawConsole {
  readonly requester = new Request({ linger: 0, receiveTimeout: 5000 })
  readonly dealer = new Dealer({ linger: 0, receiveTimeout: 5000 })
  readonly subscriber = new Subscriber({ linger: 0, receiveTimeout: 5000 })

  constructor({ subscriberPort, commandPort }: Where, topic = '') {
    this.requester.connect(`tcp://127.0.0.1:${commandPort}`)
    this.dealer.connect(`tcp://127.0.0.1:${commandPort}`)
    this.subscriber.subscribe(Buffer.from(topic, 'hex'))
    this.subscriber.connect(`tcp://127.0.0.1:${subscriberPort}`)
  }

  /** Resolves when it is heard by the publisher. */
  async subscribed(): Promise<void> {
    await new Promise<void>((resolve) => this.subscriber.events.on('handshake', () => resolve()))
  }

  /** The answer to a command, as bytes. */
  async ask(...parts: readonly (string | Buffer)[]): Promise<Buffer> {
    await this.requester.send([...parts])
    const [reply, ...more] = await this.requester.receive()
    if (!reply || more.length > 0) throw new Error(`an answer of ${more.length + 1} frames`)
    return reply
  }

  close(): void {
    this.requester.close()
    this.dealer.close()
    this.subscriber.close()
  }
}
