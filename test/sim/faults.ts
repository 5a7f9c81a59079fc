/** Does to a simulated world what a plan says. */
import type { GroupMoment } from '../../groups/group-clock.js'
import type { Chance } from './chance.js'
import type { Link } from './network.js'
import { CALM } from './network.js'
import { type Fault, SUSPENSION_LEAST_MS, type Victim } from './plan.js'
import type { SimProcess } from './process.js'
import type { World } from './world.js'

export class Faults {
  readonly #world: World
  readonly #chance: Chance
  #isQuiet = false
  #tags = 0

  constructor(world: World, chance: Chance) {
    this.#world = world
    this.#chance = chance
    for (const { atMs, fault } of world.plan.faults) {
      world.events.at(atMs, () => {
        if (!this.#isQuiet) this.#happens(fault)
      })
    }
  }

  /** Everything is mended, the seats are taken, and nothing goes wrong any more. */
  calm(): void {
    const world = this.#world
    const { returning } = world.plan
    this.#isQuiet = true
    world.tell('calm')
    world.network.weather = CALM
    world.network.mendAll()
    // Those who sleep do so for as long as it takes to see it.
    for (const [at, host] of world.hosts.entries()) {
      if (host.isSuspended) world.after(SUSPENSION_LEAST_MS, () => this.#wake(at))
    }
    for (const process of [...world.processes.values()]) {
      process.pausedUntilMs = Math.min(process.pausedUntilMs, world.nowMs)
      const isExtra = world.hasSeat(process.at) && !(process.isElectable && returning.includes(process.at))
      if (isExtra) world.kill(process)
    }
    // Whoever took a seat over just now may be one too many, too.
    for (const process of [...world.processes.values()]) {
      if (world.hasSeat(process.at) && !returning.includes(process.at)) world.kill(process)
      else world.goOn(process)
    }
    for (const at of [...returning, ...this.#observing()]) {
      world.after(this.#chance.between(1, 300), () => this.#start(at))
    }
  }

  #observing(): number[] {
    const { seats, observers } = this.#world.plan
    return Array.from({ length: observers }, (_, at) => seats + at)
  }

  #happens(fault: Fault): void {
    const world = this.#world
    if (fault.kind === 'start') this.#start(fault.at)
    else if (fault.kind === 'crash') this.#crash(fault)
    else if (fault.kind === 'pause') this.#pause(fault)
    else if (fault.kind === 'suspension') this.#suspend(fault)
    else if (fault.kind === 'cut') this.#cut(fault.links, fault.ms)
    else if (fault.kind === 'isolation') this.#isolate(fault)
    else if (fault.kind === 'clog') this.#clog(fault)
    else if (fault.kind === 'clock-rate') this.#setRate(fault)
    else if (fault.kind === 'wall-clock') {
      world.hosts[fault.at]?.setWallOffset(fault.offsetMs)
      this.#tellOf('wall clocks set', `the wall clock of host ${fault.at} is set`)
    } else if (fault.kind === 'hand-over') this.#handOver()
    else if (fault.kind === 'upgrade') this.#upgrade(fault)
    else if (fault.kind === 'leave') this.#leave(fault)
    else if (fault.kind === 'stall') this.#stall(fault)
    else this.#request(fault)
  }

  #tellOf(counted: string, line: string): void {
    this.#world.count(counted)
    this.#world.tell(line)
  }

  #find(victim: Victim): SimProcess | undefined {
    if (victim !== 'leader') return this.#world.living(victim)[0]
    const { acting, processes } = this.#world
    return acting ?? [...processes.values()].find(({ core }) => core.isLeading)
  }

  #start(at: number): void {
    if (this.#world.living(at).length === 0) this.#world.start(at)
  }

  #crash({ victim, awayMs, certified }: Extract<Fault, { kind: 'crash' }>): void {
    const world = this.#world
    const found = this.#find(victim)
    if (!found) return
    world.kill(found)
    if (certified) this.#certify(found)
    world.after(awayMs, () => {
      if (!this.#isQuiet) this.#start(found.at)
    })
  }

  /** Who can reach the host of the dead hears of it from there. */
  #certify(dead: SimProcess): void {
    const world = this.#world
    for (const each of world.processes.values()) {
      const isReached = !world.network.isCut(each.at, dead.at) && !world.network.isCut(dead.at, each.at)
      if (!isReached || !this.#chance.isLucky(0.8)) continue
      world.count('certificates')
      world.after(this.#chance.between(0.5, 6), () => world.give(each, { kind: 'dead', id: dead.id }))
    }
  }

  #pause({ victim, ms }: Extract<Fault, { kind: 'pause' }>): void {
    const world = this.#world
    const found = this.#find(victim)
    if (!found?.isRunning(world.nowMs)) return
    found.pausedUntilMs = world.nowMs + ms
    this.#tellOf('pauses', `${found.id} is stopped for ${ms.toFixed(0)} ms`)
    world.after(ms + 0.001, () => world.goOn(found))
  }

  #suspend({ victim, ms }: Extract<Fault, { kind: 'suspension' }>): void {
    const world = this.#world
    const found = this.#find(victim)
    if (!found || found.host.isSuspended) return
    found.host.suspend(world.nowMs)
    for (const each of world.living(found.at)) each.hasToLook = true
    this.#tellOf('suspensions', `the host of ${found.id} is suspended for ${ms.toFixed(0)} ms`)
    world.after(ms, () => {
      if (!this.#isQuiet) this.#wake(found.at)
    })
  }

  #wake(at: number): void {
    const world = this.#world
    world.hosts[at]?.resume(world.nowMs)
    for (const each of world.living(at)) world.goOn(each)
    const isWanted = !this.#isQuiet || !world.hasSeat(at) || world.plan.returning.includes(at)
    if (isWanted) this.#start(at)
  }

  #cut(links: readonly Link[], ms: number): void {
    const world = this.#world
    world.network.cut(links)
    const cut = links.map(([from, to]) => `${from}→${to}`)
    this.#tellOf('cuts', `cut for ${ms.toFixed(0)} ms: ${cut.join(' ')}`)
    world.after(ms, () => {
      if (this.#isQuiet) return
      world.network.mend(links)
      world.tell(`mended: ${cut.join(' ')}`)
    })
  }

  #isolate({ victim, deaf, mute, ms }: Extract<Fault, { kind: 'isolation' }>): void {
    const world = this.#world
    const at = this.#find(victim)?.at
    if (at === undefined) return
    const others = world.hosts.map((_, other) => other).filter((other) => other !== at)
    const inward = deaf ? others.map((other): Link => [other, at]) : []
    const outward = mute ? others.map((other): Link => [at, other]) : []
    this.#cut([...inward, ...outward], ms)
    world.count(deaf && mute ? 'isolations' : deaf ? 'isolations, deaf' : 'isolations, mute')
  }

  #clog({ links, ms }: Extract<Fault, { kind: 'clog' }>): void {
    const world = this.#world
    for (const link of links) world.network.clog(link, world.nowMs + ms)
    const clogged = links.map(([from, to]) => `${from}→${to}`).join(' ')
    this.#tellOf('clogs', `clogged for ${ms.toFixed(0)} ms: ${clogged}`)
  }

  #setRate({ at, rate }: Extract<Fault, { kind: 'clock-rate' }>): void {
    const world = this.#world
    world.hosts[at]?.setRate(world.nowMs, rate)
    this.#tellOf('clock rates changed', `the clocks of host ${at} run at ${rate.toFixed(3)}`)
    for (const each of world.living(at)) world.rewind(each)
  }

  #handOver(): void {
    const world = this.#world
    const leader = this.#find('leader')
    if (!leader) return
    this.#tellOf('hand-overs', `${leader.id} is to hand over`)
    world.give(leader, { kind: 'hand-over', to: undefined })
  }

  #upgrade({ at, overlapMs }: Extract<Fault, { kind: 'upgrade' }>): void {
    const world = this.#world
    const [holder, ...others] = world.living(at)
    if (!holder || others.length > 0 || !world.start(at)) return
    this.#tellOf('upgrades', `${holder.id} is to be replaced`)
    world.after(overlapMs, () => {
      if (this.#isQuiet || !holder.isAlive) return
      world.kill(holder)
    })
  }

  #leave({ victim, awayMs }: Extract<Fault, { kind: 'leave' }>): void {
    const world = this.#world
    const found = this.#find(victim)
    if (!found?.isRunning(world.nowMs)) return
    world.leave(found)
    world.after(awayMs, () => {
      if (!this.#isQuiet) this.#start(found.at)
    })
  }

  #stall({ victim, ms }: Extract<Fault, { kind: 'stall' }>): void {
    const world = this.#world
    const found = this.#find(victim)
    if (!found) return
    this.#tellOf('stalls', `${found.id} is stuck for ${ms.toFixed(0)} ms`)
    world.give(found, { kind: 'stall', isStuck: true })
    world.after(ms, () => world.give(found, { kind: 'stall', isStuck: false }))
  }

  #request({ victim, request, actInMs }: Extract<Fault, { kind: 'request' }>): void {
    const world = this.#world
    const found = this.#find(victim)
    if (!found) return
    const tag = ++this.#tags
    const actAt = actInMs === undefined ? undefined : momentIn(found, world.nowMs, actInMs)
    const what = actAt ? 'action' : request.kind
    const when = actAt === undefined ? '' : ` in ${actInMs?.toFixed(0)} ms`
    this.#tellOf(`requests of ${what}`, `${found.id} requests ${what} ${tag}${when}`)
    // What it asks for bears its tag, so that it is known wherever it is met.
    const bytes = new Uint8Array([tag & 255, tag >> 8])
    const marked =
      request.kind === 'poll'
        ? { ...request, topic: bytes, actAt }
        : request.kind === 'ordered'
          ? { ...request, payload: bytes }
          : { ...request, value: request.value && bytes }
    world.give(found, { kind: 'request', tag, request: marked })
  }
}

/** A moment of the group clock, as a process knows it now; undefined where it does not. */
function momentIn({ core, host }: SimProcess, worldMs: number, inMs: number): GroupMoment | undefined {
  const now = core.clock.moment(host.monoMs(worldMs))
  return now && { ...now, ms: now.ms + inMs }
}
