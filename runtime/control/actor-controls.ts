/** The controls of one actor, what happens to it, and the doors by which others come to both. */
import type { Sockets } from '../../ports/index.js'
import { describeThrown } from '../lifetime.js'
import { Controls, type ControlsOptions } from './controls.js'
import type { Door, DoorAd } from './door.js'
import { Happenings } from './happenings.js'

export interface ActorControlsOptions extends Omit<ControlsOptions, 'happenings'> {
  /** Opened when the actor starts. */
  readonly doors: readonly Door[]
  /** Opened when somebody asks for it who has a key: it lets in those who may command. */
  readonly operators: Door | undefined
  /** With the keys of the actor, for the door of operators; undefined without. */
  readonly locked: Sockets | undefined
  readonly host: () => string
  readonly warn: (text: string) => void
  readonly tell: (text: string) => void
}

/** How it is reached for commands, as its status tells. */
export interface ListedDoor extends DoorAd {
  /** Whether only those are let in who may command. */
  readonly locked: boolean
}

export class ActorControls {
  readonly happenings: Happenings
  readonly controls: Controls
  readonly #options: ActorControlsOptions
  #listed: readonly ListedDoor[] = []
  #operators: Promise<void> | undefined

  constructor(options: ActorControlsOptions) {
    this.#options = options
    this.happenings = new Happenings()
    this.controls = new Controls({ ...options, happenings: this.happenings })
  }

  /** Those that are open. */
  get doors(): readonly ListedDoor[] {
    return this.#listed
  }

  /** Opens doors. Rejects as the first that cannot be opened. */
  async open(): Promise<void> {
    for (const door of this.#options.doors) await this.#openOne(door, false)
    this.happenings.tell({ is: 'started' })
  }

  /** Opens the door of operators, where there is one, and it is not open. Never rejects. */
  async openOperators(): Promise<void> {
    const { operators, locked, warn } = this.#options
    if (!operators || !locked) return
    this.#operators ??= this.#openOne(operators, true).catch((error: unknown) => {
      warn(`operators cannot command this actor: ${describeThrown(error)}`)
      this.#operators = undefined
    })
    await this.#operators
  }

  /** Its keys are others: whoever may command comes anew. */
  async renewed(): Promise<void> {
    if (!this.#operators) return
    await this.#operators
    this.#operators = undefined
    this.#listed = this.#listed.filter(({ locked }) => !locked)
    await this.#options.operators?.close()
  }

  async close(): Promise<void> {
    this.controls.close()
    const { doors, operators } = this.#options
    await Promise.all([...doors, ...(operators ? [operators] : [])].map((door) => door.close()))
  }

  async #openOne(door: Door, locked: boolean): Promise<void> {
    const { host, warn, tell, locked: sockets } = this.#options
    const place = { controls: this.controls, isOpenToGroups: locked || !sockets, host: host(), warn, tell }
    const ad = await door.open({ ...place, sockets: locked ? sockets : undefined })
    if (ad) this.#listed = [...this.#listed, { ...ad, locked }]
  }
}
