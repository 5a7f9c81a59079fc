/** What goes wrong in a simulated world: each seed draws its own mixture. */
import type { SimProcess } from './process.js'
import { CALM, type World } from './world.js'

/** Faults a second. */
interface Mixture {
  readonly crash: number
  readonly partition: number
  readonly pause: number
  readonly suspension: number
  readonly handOver: number
  /** Milliseconds that a crashed process stays away, at most; a tenth of them ten times as long. */
  readonly awayMs: number
  readonly inBursts: boolean
  readonly certificates: boolean
}

export class Nemesis {
  readonly #world: World
  readonly #mixture: Mixture
  #isQuiet = false
  #tag = 0

  constructor(world: World) {
    this.#world = world
    const often = (none: number, min: number, max: number): number =>
      world.isLucky(none) ? 0 : world.between(min, max)
    this.#mixture = {
      crash: often(0.15, 0.2, 2.5),
      partition: often(0.3, 0.2, 2),
      pause: often(0.5, 0.1, 1),
      suspension: often(0.7, 0.1, 0.6),
      handOver: often(0.5, 0.1, 1),
      awayMs: world.pick([5, 60, 400, 1500]) ?? 5,
      inBursts: world.isLucky(0.4),
      certificates: world.isLucky(0.7),
    }
    world.weather = {
      loss: often(0.4, 0, 0.25),
      repeats: often(0.5, 0, 0.3),
      delayMs: [0.2, world.pick([3, 10, 40]) ?? 3],
      spikes: often(0.5, 0, 0.06),
      spikeMs: world.pick([300, 900, 2500]) ?? 300,
    }
    for (let seat = 0; seat < world.options.seats; seat++) {
      world.after(world.between(0, 600), () => world.start(seat))
    }
    this.#next()
    this.#work()
  }

  /** Everything is mended, all seats are taken, and nothing goes wrong any more. */
  calm(): void {
    const world = this.#world
    this.#isQuiet = true
    world.tell('calm')
    world.weather = CALM
    world.heal()
    for (const process of world.alive) {
      process.resume(world.nowMs)
      process.pausedUntilMs = Math.min(process.pausedUntilMs, world.nowMs)
      world.goOn(process)
    }
    for (let seat = 0; seat < world.options.seats; seat++) {
      world.after(world.between(1, 300), () => world.start(seat))
    }
  }

  #next(): void {
    const { crash, partition, pause, suspension, handOver } = this.#mixture
    const rates = [crash, partition, pause, suspension, handOver]
    const all = rates.reduce((sum, rate) => sum + rate, 0)
    if (all === 0) return
    const world = this.#world
    world.after((-Math.log(1 - world.random()) * 1000) / all, () => {
      if (this.#isQuiet) return
      let drawn = world.random() * all
      const at = rates.findIndex((rate) => {
        drawn -= rate
        return drawn < 0
      })
      const faults = [this.#crash, this.#partition, this.#pause, this.#suspend, this.#handOver]
      faults[at]?.call(this)
      this.#next()
    })
  }

  /** The leader, half of the time. */
  #victim(): SimProcess | undefined {
    const { acting, alive } = this.#world
    return acting && this.#world.isLucky(0.5) ? acting : this.#world.pick(alive)
  }

  #crash(): void {
    const world = this.#world
    const { seats } = world.options
    const many = this.#mixture.inBursts && world.isLucky(0.4) ? 1 + Math.floor(world.random() * seats) : 1
    for (let n = 0; n < many; n++) {
      const victim = this.#victim()
      if (!victim) return
      world.kill(victim)
      if (this.#mixture.certificates) this.#certify(victim)
      const away = world.between(1, this.#mixture.awayMs) * (world.isLucky(0.1) ? 10 : 1)
      world.after(away, () => {
        if (!this.#isQuiet) world.start(victim.seat)
      })
    }
  }

  /** Who can reach the host of the dead hears of it from there. */
  #certify(dead: SimProcess): void {
    const world = this.#world
    for (const each of world.alive) {
      const isReached = !world.cut[each.seat]?.[dead.seat] && !world.cut[dead.seat]?.[each.seat]
      if (!isReached || !world.isLucky(0.8)) continue
      world.count('certificates')
      world.after(world.between(0.5, 6), () => world.give(each, { kind: 'dead', id: dead.id }))
    }
  }

  #partition(): void {
    const world = this.#world
    const { seats } = world.options
    world.heal()
    const isOneWay = world.isLucky(0.35)
    const cut = (a: number, b: number): void => {
      const row = world.cut[a]
      if (row && a !== b) row[b] = true
    }
    const both = (a: number, b: number): void => {
      cut(a, b)
      if (!isOneWay) cut(b, a)
    }
    const kind = Math.floor(world.random() * 4)
    const all = Array.from({ length: seats }, (_, seat) => seat)
    if (kind === 0) {
      const sides = all.map(() => world.isLucky(0.5))
      for (const a of all) for (const b of all) if (sides[a] && !sides[b]) both(a, b)
    } else if (kind === 1) {
      const alone = world.acting?.seat ?? Math.floor(world.random() * seats)
      const isMute = world.isLucky(0.5)
      for (const other of all) isMute ? both(alone, other) : both(other, alone)
    } else if (kind === 2) {
      const links = 1 + Math.floor(world.random() * seats * 2)
      for (let n = 0; n < links; n++) both(world.pick(all) ?? 0, world.pick(all) ?? 0)
    } else {
      const bridge = world.pick(all)
      for (const a of all) for (const b of all) if (a !== bridge && b !== bridge && (a + b) % 2) cut(a, b)
    }
    world.count(isOneWay ? 'partitions, one way' : 'partitions')
    world.tell(`partition ${world.cut.map((row) => row.map(Number).join('')).join(' ')}`)
    const ms = (world.pick([200, 900, 3000, 8000]) ?? 200) * world.between(0.3, 1.2)
    world.after(ms, () => {
      if (!this.#isQuiet) world.heal()
    })
  }

  #pause(): void {
    const world = this.#world
    const victim = this.#victim()
    if (!victim?.isRunning(world.nowMs)) return
    const ms = world.between(50, 2500)
    victim.pausedUntilMs = world.nowMs + ms
    world.count('pauses')
    world.tell(`${victim.id} is stopped for ${ms.toFixed(0)} ms`)
    world.after(ms + 0.001, () => world.goOn(victim))
  }

  #suspend(): void {
    const world = this.#world
    const victim = this.#victim()
    if (!victim?.isRunning(world.nowMs)) return
    victim.suspend(world.nowMs)
    world.count('suspensions')
    world.tell(`${victim.id} is suspended`)
    world.after(world.between(100, 4000), () => {
      victim.resume(world.nowMs)
      world.tell(`${victim.id} goes on`)
      world.goOn(victim)
    })
  }

  #handOver(): void {
    const world = this.#world
    const leader = world.alive.find(({ core }) => core.isLeading)
    if (!leader) return
    world.count('hand-overs')
    world.tell(`${leader.id} is to hand over`)
    world.give(leader, { kind: 'hand-over', to: undefined })
  }

  /** Anybody asks for polls, sends ordered messages and sets values. */
  #work(): void {
    const world = this.#world
    world.after(world.between(5, 200), () => {
      const by = world.pick(world.alive)
      if (by?.isRunning(world.nowMs)) {
        const tag = ++this.#tag
        const bytes = new Uint8Array([tag & 255])
        const kind = world.random()
        const decidedBy = world.isLucky(0.5) ? 'majority' : 'consensus'
        const poll = { kind: 'poll', decidedBy, timeoutMs: 1000, actAtMs: undefined, topic: bytes } as const
        const set = { kind: 'set', key: `k${tag % 7}`, value: bytes } as const
        const request = kind < 0.4 ? poll : kind < 0.7 ? ({ kind: 'ordered', payload: bytes } as const) : set
        world.count(`requests: ${request.kind}`)
        world.give(by, { kind: 'request', tag, request })
      }
      this.#work()
    })
  }
}
