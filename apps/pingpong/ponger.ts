/** Answers pings; now and then too late, or never again. */
import { setTimeout as pause } from 'node:timers/promises'
import { Component } from 'quorate'
import { Ping, Pong } from './messages.js'

export interface PongerParams {
  /** Each ping of so many it sleeps over; 0 for none. */
  readonly nap: number
  /** Milliseconds of such a sleep. */
  readonly asleep: number
  /** Pings that it answers before its process dies; 0 for any number. */
  readonly lives: number
}

export class Ponger extends Component<PongerParams> {
  readonly ping = this.rep(Ping, Pong, ({ n }) => this.#answer(n))
  #answered = 0

  async #answer(n: number): Promise<{ n: number }> {
    const { nap, asleep, lives } = this.params
    if (lives > 0 && this.#answered === lives) this.#die()
    this.#answered++
    if (nap > 0 && this.#answered % nap === 0) {
      this.log.info(`falls asleep over ping ${n}`)
      await pause(asleep)
    }
    return { n }
  }

  #die(): void {
    // As a crash, not as a stop: nobody is told.
    process.kill(process.pid, 'SIGKILL')
  }
}
