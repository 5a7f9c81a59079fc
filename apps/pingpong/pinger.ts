/**
 * Sends pings, one at a time, and waits for each pong only so long. A state machine: its ports are the
 * events.
 *
 *     resting ── next: somebody is there, send a ping ──▶ waiting
 *     waiting ── pong: it came ────────────────────────▶ resting
 *     waiting ── patience: it did not come in time ────▶ resting
 */
import { PortError, StateMachine } from 'quorate'
import { Ping, Pong } from './messages.js'

export interface PingerParams {
  /** Milliseconds of rest between a pong and the next ping. */
  readonly rest: number
  /** Milliseconds to wait for a pong. */
  readonly patience: number
}

export class Pinger extends StateMachine<'resting' | 'waiting', PingerParams> {
  protected readonly initial = 'resting'
  protected override readonly states = this.actions({
    resting: { entry: () => this.next.launch(this.params.rest) },
    waiting: {
      entry: () => this.patience.launch(this.params.patience),
      exit: () => this.patience.cancel(),
    },
  })

  readonly next = this.timer(
    'sporadic',
    this.on({
      resting: [
        { guard: () => this.ping.connected > 0, to: 'waiting', do: () => this.#send() },
        { to: 'resting', do: () => this.#tell('nobody is there') },
      ],
    }),
  )
  // Its own time-out is longer than any patience: here the time-out is an event.
  readonly ping = this.req(
    Ping,
    Pong,
    this.on({
      waiting: {
        guard: ({ n }) => n === this.#n,
        to: 'resting',
        do: ({ n }, from) => this.#came(n, from.actor),
      },
    }),
    { timeout: 60_000 },
  )
  readonly patience = this.timer(
    'sporadic',
    this.on({ waiting: { to: 'resting', do: () => this.#tell(`ping ${this.#n}: ${this.#why}`) } }),
  )

  #n = 0
  #sentAt = 0
  /** Why there is no pong. */
  #why = ''
  #told = ''

  #send(): void {
    this.#n++
    this.#sentAt = performance.now()
    this.#why = `no pong within ${this.params.patience} ms`
    this.ping.send({ n: this.#n }).catch((error: unknown) => this.#lost(error))
  }

  #came(n: number, from: string): void {
    const tookMs = performance.now() - this.#sentAt
    this.#told = ''
    this.log.info({ n, tookMs }, `ping ${n}: pong of ${from} after ${tookMs.toFixed(1)} ms`)
  }

  /** Where the ponger died there is nothing to wait for; a ping that another followed is of no matter. */
  #lost(error: unknown): void {
    if (!(error instanceof PortError) || error.code !== 'peer-lost' || this.state !== 'waiting') return
    this.#why = 'the ponger is gone'
    this.patience.launch(1)
  }

  /** Once, while it is the same. */
  #tell(text: string): void {
    if (text !== this.#told) this.log.warn({ n: this.#n }, text)
    this.#told = text
  }
}
