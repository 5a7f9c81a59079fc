/**
 * The keys of an actor at work: locks its sockets, seals what it says of itself, believes nobody that its app
 * does not vouch for, and has the io thread let in those that it believes.
 */
import {
  type ActorRecord,
  introduce,
  needsKeysFrame,
  notListening,
  sealOf,
  sealRecord,
  spokenRecord,
} from '../discovery/index.js'
import type { GroupLock } from '../groups/index.js'
import { createSockets, type SocketLock, type Sockets, type ThreadChannel } from '../ports/index.js'
import {
  anchorsText,
  type Certificate,
  type DoorRefusals,
  type DoorService,
  domainOf,
  type FromDoors,
  flawNow,
  type Holder,
  type KeyFolder,
  type OpenDoorChannel,
  type ToDoors,
  type Trust,
  type TrustData,
} from '../ports/security/index.js'
import { AppError } from './errors.js'
import type { KeyWatch } from './key-watch.js'
import { runtimeLimits } from './limits.js'
import type { Notices } from './notices.js'

/** What an actor comes with. */
export interface ActorKeys {
  readonly holder: Holder
  readonly trust: Trust
}

type Listening = Pick<DoorService, 'host' | 'port'>

export interface GuardOptions {
  readonly app: string
  readonly actorId: string
  readonly keys: ActorKeys
  readonly openDoors: OpenDoorChannel
  /** Where the keys are from. */
  readonly folder?: KeyFolder | undefined
}

export class Guard {
  /** For all sockets of the actor, in any thread. */
  readonly lock: SocketLock
  readonly #options: GuardOptions
  #keys: ActorKeys
  /** Of records whose seal was looked at; first those that were not heard for longest. */
  readonly #seals = new Map<string, Certificate>()
  readonly #plain: Sockets = createSockets()
  /** Told how it went, while a door is being opened. */
  #listens: ((outcome: Extract<FromDoors, { is: 'open' | 'failed' }> | Error) => void) | undefined
  /** Told when a certificate has ended, and whether somebody was let in with it. */
  #ended: (isLetIn: boolean) => void = () => undefined
  #channel: ThreadChannel<ToDoors> | undefined
  /** TCP port where others introduce themselves. */
  #door = 0
  #watch: KeyWatch | undefined
  #sealed: { readonly text: string; readonly record: ActorRecord } | undefined

  constructor(options: GuardOptions) {
    const { keys, actorId } = options
    this.#options = options
    this.#keys = keys
    this.lock = { keys: () => this.#keys.holder.curve, domain: (door) => domainOf(door, actorId) }
  }

  /** For the sockets of its groups, in the io thread. */
  get groupLock(): GroupLock {
    return { actorId: this.#options.actorId, keys: this.keys.holder.curve }
  }

  get app(): string {
    return this.#options.app
  }

  /** Where its keys are from; undefined where they are not from a folder. */
  get folder(): KeyFolder | undefined {
    return this.#options.folder
  }

  get keys(): ActorKeys {
    return this.#keys
  }

  /**
   * Goes on with these. Gives whether sockets have to take other addresses: its own key is another, or
   * somebody who was let in may not be any more, and is cut only with the address that it came to.
   */
  adopt(keys: ActorKeys): boolean {
    const before = this.#keys
    this.#keys = keys
    this.#sealed = undefined
    const { app } = this.#options
    this.#channel?.post({ do: 'trust', trust: trustData(app, keys.trust) })
    this.#learn(keys.holder.certificate.bytes)
    const isOther = keys.holder.certificate.key !== before.holder.certificate.key
    return isOther || trustsLess(keys.trust, before.trust)
  }

  get door(): number {
    return this.#door
  }

  /**
   * Has the doors kept. To be awaited before the first socket is bound.
   * @throws DiscoveryError `directory-in-use`, `cannot-listen`; AppError `no-doors` where the io thread ends.
   */
  open(host: string, port: number, notices: Notices): Promise<void> {
    const { app, actorId, openDoors } = this.#options
    const keys = this.#keys
    const service = { is: 'doors', app, actorId, trust: trustData(app, keys.trust), host, port } as const
    return this.#listening(service, () => {
      this.#channel = openDoors(service, {
        message: (event) => this.#heard(event, notices),
        ended: (why) => this.#listens?.(new AppError('no-doors', `nobody can introduce itself: ${why}`)),
      })
      // Ports of one actor connect to each other.
      this.#learn(keys.holder.certificate.bytes)
    })
  }

  /** Others introduce themselves there from now on, and nowhere else. @throws as open(). */
  move(host: string, port: number): Promise<void> {
    return this.#listening({ host, port }, () => this.#channel?.post({ do: 'listen', host, port }))
  }

  /** Calls this each time that certificates have ended; and says whether somebody was let in with one. */
  whenEnded(listener: (isLetIn: boolean) => void): void {
    this.#ended = listener
  }

  /** Its keys are watched while it is open. */
  watchedBy(watch: KeyWatch): void {
    this.#watch = watch
  }

  /** The record with its seal; and what others are told who introduce themselves. */
  seal(record: ActorRecord): ActorRecord {
    const text = JSON.stringify([record, this.#door])
    if (this.#sealed?.text === text) return this.#sealed.record
    const sealed = sealRecord(record, this.keys.holder, this.#door)
    this.#sealed = { text, record: sealed }
    this.#channel?.post({ do: 'answer', answer: spokenRecord(sealed), keyless: needsKeysFrame(sealed) })
    return sealed
  }

  /** True for what an actor says of itself that is believed, which is let in from then on; else why not. */
  readonly verify = (record: ActorRecord): true | string => {
    const { trust } = this.keys
    const text = JSON.stringify(record)
    const known = this.#seals.get(text)
    const certificate = known ?? sealOf(record, trust.anchors)
    if (typeof certificate === 'string') return certificate
    const flaw = flawNow(certificate, trust, Date.now())
    if (flaw !== undefined) return `its key ${flaw}`
    // Those of actors that are long gone make room.
    this.#seals.delete(text)
    this.#seals.set(text, certificate)
    const [oldest] = this.#seals.size > runtimeLimits.sealedRecords ? this.#seals.keys() : []
    if (oldest !== undefined) this.#seals.delete(oldest)
    if (!known) this.#learn(certificate.bytes)
    return true
  }

  /** By which who is met at an address only comes to be known, and to know: with the key as it is then. */
  get introduction() {
    const certificate = (): Buffer => this.#keys.holder.certificate.bytes
    return {
      sockets: this.#plain,
      get certificate() {
        return certificate()
      },
    }
  }

  /** Shows an actor that is known who this one is, for some seconds at most. */
  introduceTo({ host, seal }: ActorRecord): void {
    if (!seal) return
    introduce({
      ...{ ...this.introduction, host, port: seal.door, actorId: this.#options.actorId },
      answered: () => undefined,
      refused: () => undefined,
    })
  }

  close(): void {
    this.#watch?.close()
    this.#plain.closeAll()
    this.#channel?.close()
    this.#channel = undefined
  }

  /** Resolves when what was begun has led to a door that is open. */
  #listening({ host, port }: Listening, begin: () => void): Promise<void> {
    return new Promise((resolve, reject) => {
      // It also keeps the process alive, which the io thread does not.
      const patience = setTimeout(() => {
        this.#listens?.(
          new AppError('no-doors', 'nobody can introduce itself: the io thread does not answer'),
        )
      }, runtimeLimits.doorsMs)
      this.#listens = (outcome) => {
        clearTimeout(patience)
        this.#listens = undefined
        if (outcome instanceof Error) reject(outcome)
        else if (outcome.is === 'failed') reject(notListening({ host, port }, outcome.code, outcome.message))
        else {
          this.#door = outcome.port
          resolve()
        }
      }
      begin()
    })
  }

  #heard(event: FromDoors, notices: Notices): void {
    if (event.is === 'ended') this.#ended(event.isLetIn)
    else if (event.is !== 'refused') this.#listens?.(event)
    else for (const refusal of event.refusals) tellRefusal(refusal, notices)
  }

  #learn(certificate: Uint8Array): void {
    this.#channel?.post({ do: 'learn', certificate })
  }
}

function tellRefusal({ door, address, key, code, text, count }: DoorRefusals, notices: Notices): void {
  const fields = { what: 'refused', door, address, key, code, count }
  const who = `a connection from ${address}${key ? ` with the key ${key}` : ''}`
  notices.say(`refused ${door} ${key} ${code}`, fields, `${who} was not let in at ${door}: ${text}`)
}

/** Whether somebody may have been let in by the one who is not by the other. */
function trustsLess(now: Trust, before: Trust): boolean {
  const anchors = new Set(now.anchors.map(({ key }) => key))
  const serials = before.revocations?.serials
  const isGone = before.anchors.some(({ key }) => !anchors.has(key))
  return isGone || [...(now.revocations?.serials ?? [])].some((serial) => !serials?.has(serial))
}

function trustData(app: string, { anchors, revocations }: Trust): TrustData {
  return { anchors: anchorsText(anchors, app), revocations: revocations?.bytes }
}
