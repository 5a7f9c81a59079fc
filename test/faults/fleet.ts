/** A fleet: processes with members of one group, started, spoken to, paused and killed by a test. */
import { uniqueApp } from '../support/apps.js'
import { Program } from '../support/program.js'

const LOOK_MS = 5
const PROGRAM = new URL('./programs/boat.ts', import.meta.url)

/** Resolves when it is so; the test's own time-out is the only one, as processes take their time to start. */
export async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, LOOK_MS))
}

/** What a member of a boat says; `is` tells of what. */
export interface Word {
  readonly is: 'joining' | 'joined' | 'led' | 'sent' | 'written' | 'state' | 'stalled'
  readonly atMs: number
  readonly member?: string
  readonly by?: string
  readonly isSelf?: boolean
  readonly epoch?: number
  readonly term?: number
  readonly done?: number
  readonly codes?: readonly string[]
  readonly received?: number
  readonly missed?: number
  readonly dropped?: number
  readonly size?: number
  readonly hasLeader?: boolean
  readonly isLeader?: boolean
  readonly leader?: string
  readonly answers?: number
  readonly ms?: number
}

export class Boat {
  readonly program: Program
  readonly words: Word[] = []

  constructor(args: readonly string[]) {
    this.program = new Program(PROGRAM, args)
    void this.#listen()
  }

  say(what: 'burst' | 'flood' | 'calm' | 'write' | 'block' | 'state', number = 0): void {
    this.program.say(JSON.stringify([what, number]))
  }

  told(is: Word['is']): readonly Word[] {
    return this.words.filter((word) => word.is === is)
  }

  /** What each of its members says of itself now. */
  async state(members: number): Promise<readonly Word[]> {
    const before = this.told('state').length
    this.say('state')
    await until(() => this.told('state').length === before + members)
    return this.told('state').slice(before)
  }

  async #listen(): Promise<void> {
    try {
      for (;;) this.words.push(JSON.parse(await this.program.hear()))
    } catch {
      // It has ended, as the test wanted it to.
    }
  }
}

export class Fleet {
  readonly boats: readonly Boat[]
  readonly membersEach: number
  readonly #args: readonly string[]
  /** Those that came later. */
  readonly #late: Boat[] = []

  constructor(boats: number, membersEach: number, quorum: number) {
    this.#args = [uniqueApp(), String(membersEach), String(quorum)]
    this.boats = Array.from({ length: boats }, () => new Boat(this.#args))
    this.membersEach = membersEach
  }

  /** One more, which is none of the boats of the fleet. */
  late(): Boat {
    const boat = new Boat(this.#args)
    this.#late.push(boat)
    return boat
  }

  /** All members of these boats follow one, of another name than that, and know each other. */
  async untilLed(boats = this.boats, but = ''): Promise<string> {
    const leader = (): string | undefined => {
      const last = boats.flatMap((boat) => lastOf(boat, this.membersEach))
      const [first] = last
      return last.length === boats.length * this.membersEach && last.every((by) => by === first) ? first : ''
    }
    await until(() => leader() !== '' && leader() !== but)
    return leader() ?? ''
  }

  /** All members know of so many as there are. */
  async untilMet(): Promise<void> {
    const all = this.boats.length * this.membersEach
    await this.untilEach(({ size }) => size === all)
  }

  /** All members of these boats say that it is so. */
  async untilEach(isSo: (state: Word) => boolean, boats = this.boats): Promise<readonly Word[]> {
    for (;;) {
      const states = await this.states(boats)
      if (states.every(isSo)) return states
    }
  }

  /** What each member of these boats says of itself now. */
  async states(boats = this.boats): Promise<readonly Word[]> {
    return (await Promise.all(boats.map((boat) => boat.state(this.membersEach)))).flat()
  }

  /** The boat that this member is in, and the others. */
  boatOf(member: string): readonly [boat: Boat, others: readonly Boat[]] {
    const boat = this.boats.find((each) => each.told('joined').some((word) => word.member === member))
    if (!boat) throw new Error('it is in no boat')
    return [boat, this.boats.filter((each) => each !== boat)]
  }

  async end(): Promise<void> {
    await Promise.all([...this.boats, ...this.#late].map(({ program }) => program.kill()))
  }
}

/** Whom each member of a boat named last. */
function lastOf(boat: Boat, members: number): string[] {
  const last = new Map(boat.told('led').map(({ member, by }) => [member, by ?? '']))
  return last.size === members ? [...last.values()] : []
}
