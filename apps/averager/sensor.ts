/** Reads how busy one CPU of this machine is, in percent, from the operating system. */
import { cpus } from 'node:os'
import { Component } from 'quorate'
import { SensorData } from './messages.js'

interface CpuTimes {
  readonly busy: number
  readonly all: number
}

export class Sensor extends Component<{ cpu: number }> {
  readonly ready = this.pub(SensorData)
  readonly sample = this.timer('2500ms', () => this.#measure())
  #last = this.#times()

  override onActivate(): void {
    // A first reading at once, of the time since the machine was started.
    this.#publish({ busy: 0, all: 0 }, this.#last)
  }

  #measure(): void {
    const now = this.#times()
    if (now.all > this.#last.all) this.#publish(this.#last, now)
    this.#last = now
  }

  #publish(from: CpuTimes, to: CpuTimes): void {
    const value = (100 * (to.busy - from.busy)) / Math.max(1, to.all - from.all)
    this.ready.send({ at: Date.now(), value })
  }

  #times(): CpuTimes {
    const all = cpus()
    const times = all[this.params.cpu % Math.max(1, all.length)]?.times
    if (!times) return { busy: 0, all: 0 }
    const { user, nice, sys, idle, irq } = times
    const busy = user + nice + sys + irq
    return { busy, all: busy + idle }
  }
}
