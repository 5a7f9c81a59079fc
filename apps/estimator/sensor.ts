/** A sensor that is off by chance: says when it has a new reading, and gives it to who asks. */
import { Component } from 'quorate'
import { SensorQuery, SensorReady, SensorValue } from './messages.js'

export class Sensor extends Component<{ value: number; noise: number; period: number }> {
  readonly ready = this.pub(SensorReady)
  readonly request = this.rep(SensorQuery, SensorValue, () => this.#reading)
  readonly clock = this.timer(this.params.period, () => this.#measure())
  #reading = { at: Date.now(), value: this.params.value }

  #measure(): void {
    const { value, noise } = this.params
    this.#reading = { at: Date.now(), value: value + noise * (2 * Math.random() - 1) }
    this.ready.send({ at: this.#reading.at })
  }
}
