/** Where an actor is reached for commands, as people read it, and as `quorate console` takes it. */
import type { ActorStatus } from '../../runtime/index.js'
import { harmless } from './terminal.js'

/** A door of an actor, as its status lists it. */
export type ListedDoor = NonNullable<ActorStatus['doors']>[number]

/** `127.0.0.1:5556:5557`: where events are heard, and where commands are taken. */
export function doorAddress({ host, subscriber, command }: Omit<ListedDoor, 'locked'>): string {
  return harmless(`${host}:${subscriber}:${command}`)
}

/** All of them, and from whom they take commands; '' where there is none. */
export function doorsText(doors: readonly ListedDoor[] = []): string {
  return doors.map((door) => `${doorAddress(door)} from ${door.locked ? 'operators' : 'anybody'}`).join(', ')
}
