/** The controls of one actor, what happens to it, and the doors by which others come to both. */
import type { ProcessAd } from '../../discovery/index.js'
import type { Sockets } from '../../ports/index.js'
import { describeThrown } from '../lifetime.js'
import { Controls, type ControlsOptions } from './controls.js'
import type { Door, DoorAd } from './door.js'
import { Happenings } from './happenings.js'
import { type OwnProcess, SupervisedProcess, type Supervision } from './supervision.js'

export interface ActorControlsOptions extends Omit<ControlsOptions, 'happenings' | 'groups'>, OwnProcess {
  /** Opened when the actor starts. */
  readonly doors: readonly Door[]
  /** Opened when somebody asks for it who has a key: it lets in those who may command. */
  readonly operators: Door | undefined
  /** With the keys of the actor, for the door of operators; undefined without. */
  readonly locked: Sockets | undefined
  /** Of who watches over its process; none where nobody does. */
  readonly supervision: Supervision | undefined
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
  readonly #process: SupervisedProcess
  #listed: readonly ListedDoor[] = []
  #operators: Promise<void> | undefined

  constructor(options: ActorControlsOptions) {
    this.#options = options
    this.happenings = new Happenings()
    const groups = () => options.memberships().map(({ group }) => group)
    this.controls = new Controls({ ...options, groups, happenings: this.happenings })
    this.#process = new SupervisedProcess(options)
  }

  /** Those that are open. */
  get doors(): readonly ListedDoor[] {
    return this.#listed
  }

  /** Who of this host tells others whether the process is gone. */
  get witness(): ProcessAd['witness'] {
    return this.#process.witness
  }

  /** Its groups, or its address, may be others. */
  moved(): void {
    this.#process.moved()
  }

  /** Opens doors. Rejects as the first that cannot be opened. */
  async open(): Promise<void> {
    const { doors, supervision } = this.#options
    for (const door of doors) await this.#openOne(door, false)
    await supervision?.open(this.#process)
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
    const { doors, operators, supervision } = this.#options
    supervision?.close()
    await Promise.all([...doors, ...(operators ? [operators] : [])].map((door) => door.close()))
  }

  async #openOne(door: Door, locked: boolean): Promise<void> {
    const { host, warn, tell, locked: sockets } = this.#options
    const place = { controls: this.controls, isOpenToGroups: locked || !sockets, host: host(), warn, tell }
    const ad = await door.open({ ...place, sockets: locked ? sockets : undefined })
    if (ad) this.#listed = [...this.#listed, { ...ad, locked }]
  }
}
