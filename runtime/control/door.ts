/** A way by which others reach the controls of an actor: an RpcService, or a hub. */
import type { Sockets } from '../../ports/index.js'
import type { Controls } from './controls.js'

/** Where an actor is reached for commands, as it lists it. */
export interface DoorAd {
  /** IPv4 address; 0.0.0.0 for all of the host. */
  readonly host: string
  /** TCP port that publishes events. */
  readonly subscriber: number
  /** TCP port that takes commands. */
  readonly command: number
}

/** What a door is given. */
export interface DoorPlace {
  /** What others may have the actor do. */
  readonly controls: Controls
  /** Only of the door of operators: they let in who may command. */
  readonly sockets?: Sockets | undefined
  /** Whether who comes by it may command groups: it is locked, or nothing of the actor is. */
  readonly isOpenToGroups: boolean
  /** Address of the actor. */
  readonly host: string
  /** Says something that the operator may like to know. */
  tell(text: string): void
  /** Says something to the operator, and not too often. */
  warn(text: string): void
}

/** Opened before the components of the actor are active, closed when it has stopped; perhaps opened again. */
export interface Door {
  /**
   * Resolves with where it listens; with undefined where it fetches commands instead. Rejects where it cannot
   * be opened.
   */
  open(place: DoorPlace): Promise<DoorAd | undefined>
  /** What was said last has a moment to leave. Harmless twice. */
  close(): Promise<void>
}
