/** A group whose members can be commanded to let nothing else run. */
import { existsSync } from 'node:fs'
import { z } from 'zod'
import { Component, group, type MemberInfo, message } from '../../../runtime/index.js'

export const Cell = group({ quorum: 2, using: message('Nothing') })
export const NORTH = 'Cell.north'
/** Of the member itself: it heard that one takes part. */
export const JOINED = 9100

export interface Gate {
  /** Of the first heartbeat that the test hears: from then on it hears all. */
  readonly isHeard: Promise<void>
}

/** Lets nothing else run. */
export function hold(ms: number): void {
  const endMs = performance.now() + ms
  while (performance.now() < endMs);
}

export class Member extends Component<Gate> {
  readonly work = this.command('work', z.object({ ms: z.number() }), ({ ms }) => hold(ms))
  /** Holds the thread for so long at least, and until there is this file. */
  readonly hang = this.command('hang', z.object({ ms: z.number(), until: z.string() }), ({ ms, until }) => {
    hold(ms)
    while (!existsSync(until));
  })

  override async onActivate(): Promise<void> {
    await this.params.isHeard
    await this.joinGroup(Cell, 'north')
  }

  override onMemberJoined(_: unknown, { actorId }: MemberInfo): void {
    this.event(JOINED, { actorId })
  }

  override onVoteRequest(_: unknown, { topic }: { topic: unknown }): boolean {
    return topic === 'go'
  }
}
