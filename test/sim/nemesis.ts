/** What goes wrong in a simulated world, and when, drawn ahead. */
import type { Request } from '../../groups/entries.js'
import { CLOCK_RATE_ERROR } from '../../groups/timing.js'
import type { Chance } from './chance.js'
import { STEADY_RATE_ERROR } from './host.js'
import { drawMixture, type Mixture, type Rates } from './mixture.js'
import type { Link } from './network.js'
import { type Fault, type PlannedFault, SUSPENSION_LEAST_MS, type Victim } from './plan.js'

export interface NemesisOptions {
  readonly chance: Chance
  readonly seats: number
  readonly hosts: number
  readonly faultsMs: number
  /** How much slower all is than in a group with the times of `lan`. */
  readonly slow: number
  /** Clocks of walls stay so near to the true time. */
  readonly skewMs: number
  readonly areClocksSteady: boolean
  /** Draws the moments of actions. */
  readonly moments: Chance
}

export function drawFaults(options: NemesisOptions): PlannedFault[] {
  return new Nemesis(options).faults.sort((a, b) => a.atMs - b.atMs)
}

class Nemesis {
  readonly faults: PlannedFault[] = []
  readonly #options: NemesisOptions
  readonly #chance: Chance
  readonly #mixture: Mixture

  constructor(options: NemesisOptions) {
    this.#options = options
    this.#chance = options.chance
    this.#mixture = drawMixture(options.chance)
    const { slow, hosts } = options
    const startsMs = this.#chance.pick(600, 600, 5, 2500) * slow
    for (let at = 0; at < hosts; at++) {
      this.#plan(this.#chance.between(0, startsMs), { kind: 'start', at })
    }
    this.#requests()
    for (const kind of Object.keys(this.#mixture.rates)) if (isKind(kind)) this.#draw(kind)
  }

  #plan(atMs: number, fault: Fault): void {
    this.faults.push({ atMs, fault })
  }

  #requests(): void {
    const chance = this.#chance
    const { faultsMs, slow, moments } = this.#options
    const pauseMs = (): number => chance.between(0.1, 2) * this.#mixture.requestsMs
    for (let atMs = pauseMs(); atMs < faultsMs; atMs += pauseMs()) {
      const [victim, request] = [this.#victim(), drawRequest(chance, slow)]
      const actInMs = request.kind === 'poll' ? drawMoment(moments, slow) : undefined
      this.#plan(atMs, { kind: 'request', victim, request, actInMs })
    }
  }

  #draw(kind: keyof Rates): void {
    const rate = this.#mixture.rates[kind]
    const { faultsMs, slow } = this.#options
    if (rate === 0) return
    const pauseMs = (): number => (-Math.log(1 - this.#chance.random()) * 1000 * slow) / rate
    for (let atMs = pauseMs(); atMs < faultsMs; atMs += pauseMs()) this.#one(kind, atMs)
  }

  #one(kind: keyof Rates, atMs: number): void {
    const chance = this.#chance
    const { hosts, seats, skewMs, areClocksSteady } = this.#options
    const at = chance.below(hosts)
    if (kind === 'crash') this.#crash(atMs)
    else if (kind === 'cut') this.#cut(atMs)
    else if (kind === 'clog') this.#plan(atMs, { kind, links: this.#someLinks(), ms: this.#ms(50, 5000) })
    else if (kind === 'pause') this.#plan(atMs, { kind, victim: this.#victim(), ms: this.#ms(10, 2500) })
    else if (kind === 'suspension')
      this.#plan(atMs, { kind, victim: this.#victim(), ms: SUSPENSION_LEAST_MS + this.#ms(10, 3800) })
    else if (kind === 'hand-over') this.#plan(atMs, { kind })
    else if (kind === 'upgrade')
      this.#plan(atMs, { kind, at: chance.below(seats), overlapMs: this.#ms(200, 3000) })
    else if (kind === 'clock-rate') this.#plan(atMs, { kind, at, rate: drawRate(chance, areClocksSteady) })
    else if (kind === 'wall-clock') this.#plan(atMs, { kind, at, offsetMs: skewMs * chance.between(-1, 1) })
    else if (kind === 'leave')
      this.#plan(atMs, { kind, victim: this.#victim(), awayMs: this.#ms(0, chance.pick(5, 500)) })
    else if (kind === 'stall') this.#plan(atMs, { kind, victim: this.#victim(), ms: this.#ms(50, 3000) })
    else if (kind === 'rebirth') this.#rebirth(atMs)
    else this.#absence(atMs)
  }

  #ms(min: number, max: number): number {
    return this.#chance.between(min, max) * this.#options.slow
  }

  /** The leader, half of the time. */
  #victim(): Victim {
    return this.#chance.isLucky(0.5) ? 'leader' : this.#chance.below(this.#options.hosts)
  }

  #crash(atMs: number): void {
    const chance = this.#chance
    const { inBursts, awayMs, certificates } = this.#mixture
    const { hosts, slow } = this.#options
    const many = inBursts && chance.isLucky(0.4) ? 1 + chance.below(hosts) : 1
    for (let n = 0; n < many; n++) {
      const away = chance.between(1, awayMs * slow) * (chance.isLucky(0.1) ? 10 : 1)
      this.#plan(atMs, { kind: 'crash', victim: this.#victim(), awayMs: away, certified: certificates })
    }
  }

  /** The leader is cut off while those who granted its lease die, and are born again at once. */
  #rebirth(atMs: number): void {
    const chance = this.#chance
    const { hosts } = this.#options
    this.#plan(atMs, { kind: 'isolation', victim: 'leader', deaf: true, mute: true, ms: this.#ms(500, 3000) })
    for (let at = 0; at < hosts; at++) {
      if (chance.isLucky(0.2)) continue
      const dueMs = atMs + this.#ms(0, 100)
      this.#plan(dueMs, { kind: 'crash', victim: at, awayMs: chance.between(1, 50), certified: false })
    }
  }

  /** The leader is stopped while the others start again twice; it wakes with all they said in its inbox. */
  #absence(atMs: number): void {
    const { certificates } = this.#mixture
    this.#plan(atMs, { kind: 'pause', victim: 'leader', ms: this.#ms(1000, 2500) })
    for (let at = 0; at < 2 * this.#options.hosts; at++) {
      const [victim, awayMs, certified] = [at >> 1, this.#ms(1, 300), certificates]
      this.#plan(atMs + 1 + this.#ms(0, 2000), { kind: 'crash', victim, awayMs, certified })
    }
  }

  #cut(atMs: number): void {
    const chance = this.#chance
    const ms = chance.pick(...this.#mixture.cutsMs) * this.#ms(0.3, 1.2)
    const isOneWay = chance.isLucky(0.35)
    const shape = chance.below(6)
    if (shape === 0) {
      const isMute = chance.isLucky(0.5)
      const [mute, deaf] = [isMute || !isOneWay, !isMute || !isOneWay]
      const victim = chance.isLucky(0.7) ? 'leader' : chance.below(this.#options.hosts)
      this.#plan(atMs, { kind: 'isolation', victim, deaf, mute, ms })
      return
    }
    const links = shape === 1 ? this.#someLinks() : this.#linksBetween(shape)
    const back = isOneWay ? [] : links.map(([from, to]): Link => [to, from])
    this.#plan(atMs, { kind: 'cut', links: [...links, ...back], ms })
  }

  #someLinks(): Link[] {
    const { hosts } = this.#options
    const some = 1 + this.#chance.below(2 * hosts)
    return Array.from({ length: some }, () => [this.#chance.below(hosts), this.#chance.below(hosts)])
  }

  /** Two sides of equal chance, or of a drawn size; a ring; a bridge that alone reaches both sides. */
  #linksBetween(shape: number): Link[] {
    const chance = this.#chance
    const { hosts } = this.#options
    const all = Array.from({ length: hosts }, (_, at) => at)
    const size = chance.below(hosts + 1)
    const order = all.map(() => chance.random())
    const place = (at: number): number => order.filter((each) => each < (order[at] ?? 0)).length
    const isLeft = (at: number): boolean => (shape === 2 ? (order[at] ?? 0) < 0.5 : place(at) < size)
    const isCut = (a: number, b: number): boolean => {
      const far = Math.abs(place(a) - place(b))
      if (shape === 4) return far > 1 && far < hosts - 1
      return isLeft(a) && !isLeft(b) && !(shape === 5 && (place(a) === 0 || place(b) === hosts - 1))
    }
    return all.flatMap((a) => all.filter((b) => isCut(a, b)).map((b): Link => [a, b]))
  }
}

function drawRequest(chance: Chance, slow: number): Request {
  const payload = new Uint8Array([chance.below(256)])
  const kind = chance.pick('poll', 'poll', 'ordered', 'set')
  if (kind === 'ordered') return { kind, payload }
  if (kind === 'set') {
    return { kind, key: `k${chance.below(7)}`, value: chance.isLucky(0.9) ? payload : undefined }
  }
  const decidedBy = chance.pick('majority', 'consensus')
  const timeoutMs = chance.between(50, chance.pick(200, 2000, 8000)) * slow
  return { kind, decidedBy, timeoutMs, actAt: undefined, topic: payload }
}

/** How far ahead the action of a poll is, or, below 0, past; undefined of a poll on none. */
function drawMoment(chance: Chance, slow: number): number | undefined {
  if (!chance.isLucky(0.4)) return undefined
  const [min, max] = chance.pick([100, 400], [100, 3000], [1000, 3000], [0, 60], [-1000, 0])
  return chance.between(min, max) * slow
}

/** Within what clocks may err; of steady ones, less. */
export function drawRate(chance: Chance, isSteady: boolean): number {
  const error = chance.isLucky(0.3) ? chance.pick(-1, 1) : chance.between(-1, 1)
  return 1 + error * (isSteady ? STEADY_RATE_ERROR : CLOCK_RATE_ERROR)
}

function isKind(name: string): name is keyof Rates {
  return name in KINDS
}

const KINDS: Readonly<Record<keyof Rates, true>> = {
  crash: true,
  cut: true,
  clog: true,
  pause: true,
  suspension: true,
  'hand-over': true,
  upgrade: true,
  'clock-rate': true,
  'wall-clock': true,
  rebirth: true,
  absence: true,
  leave: true,
  stall: true,
}
