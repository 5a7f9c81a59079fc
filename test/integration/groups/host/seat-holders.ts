/** Processes that hold a seat, for tests that kill, stop and ask them. */
import { randomUUID } from 'node:crypto'
import type { ProcessIdentity, SeatName } from '../../../../groups/host/index.js'
import { Program } from '../../../support/program.js'

const HOLDER = new URL('./programs/holder.ts', import.meta.url)

/** A seat of nobody else on this machine. */
export function newSeat(): SeatName {
  return { app: `test-${randomUUID()}`, group: 'Pair/one', seat: '1' }
}

export interface Holder {
  readonly program: Program
  readonly taken: boolean
  readonly identity: ProcessIdentity
}

/** Starts them for a test, and ends all that it started. */
export class Holders {
  #programs: Program[] = []

  async start({ app, group, seat }: SeatName, incarnation: string): Promise<Holder> {
    const program = new Program(HOLDER, [app, group, seat, incarnation])
    this.#programs.push(program)
    return { program, ...JSON.parse(await program.hear()) }
  }

  async end(): Promise<void> {
    await Promise.all(this.#programs.splice(0).map((program) => program.kill()))
  }
}
