/**
 * What an actor does when its keys, or whom it trusts, are others: it goes on. Who is not believed any more
 * is no peer; and where anybody may have to be cut, or is to meet another key, all that listens takes another
 * address beside the one that it has, with the keys as they are now. Peers are told, and come there; then
 * the former addresses are left, which cuts those who are there yet, and is the only way to cut anybody. So
 * it is, too, when a certificate ends with which somebody was let in.
 */
import { isDeepStrictEqual } from 'node:util'
import type { Logger } from 'pino'
import type { DirectoryServer } from '../discovery/index.js'
import { BindingPort, type Port } from '../ports/index.js'
import {
  type Certificate,
  type CurveKeys,
  keepRevocations,
  type RevocationList,
  takesOver,
} from '../ports/security/index.js'
import { Collected } from './collected.js'
import type { ActorKeys, Guard } from './guard.js'
import { HandedRevocations } from './handed-revocations.js'
import { describeThrown } from './lifetime.js'
import { runtimeLimits } from './limits.js'
import type { Notices } from './notices.js'

export interface RenewalsOptions {
  readonly guard: Guard | undefined
  readonly groups: { renew(keys: CurveKeys): Promise<void> }
  readonly log: Logger
  readonly notices: Notices
  ports(): readonly Port[]
  /** Undefined where the actor has none yet, or no more. */
  directory(): DirectoryServer | undefined
  /** Who is not believed any more is no peer. */
  recheck(): void
  /** Peers are greeted again, and tell again what they have. */
  greet(): void
  /** Who did not let it in is asked anew: it has another key. */
  refresh(): void
  /** It listens elsewhere, too; its directory at this TCP port, unless that stays where it is. */
  renewed(directoryPort: number | undefined): Promise<void>
}

export class Renewals {
  /** The list of who is revoked, as peers hand it on; none without keys. */
  readonly revocations: HandedRevocations | undefined
  readonly #options: RenewalsOptions
  #last = Promise.resolve()
  #isUnderWay = false
  /** Of those whose certificates have ended: they are left, but not each alone. */
  readonly #cuts = new Collected(runtimeLimits.endedMs, () => {
    this.#options.log.info('certificates have ended: what is connected with them is cut')
    void this.#queue((guard) => this.#renew(guard))
  })

  constructor(options: RenewalsOptions) {
    this.#options = options
    const { guard, notices } = options
    if (!guard) return
    guard.whenEnded((isLetIn) => {
      options.recheck()
      if (isLetIn) this.#cuts.ask()
    })
    this.revocations = new HandedRevocations({
      app: guard.app,
      trust: () => guard.keys.trust,
      newer: (list) => void this.#heed(list),
      refused: (from, why) => {
        const text = `the list of who is revoked that ${from} has is worth nothing: ${why}`
        notices.say(`revoked ${from}`, { what: 'revoked' }, text)
      },
    })
  }

  /** While some listen elsewhere already, and others do not: nothing is listed. */
  get isUnderWay(): boolean {
    return this.#isUnderWay
  }

  /**
   * Goes on with these keys, which its folder has; but for a list of who is revoked that is older than the
   * one in force, which it keeps, and puts back there. One after another. Never rejects.
   */
  to({ holder, trust }: ActorKeys): Promise<void> {
    return this.#next((guard) => {
      const known = guard.keys.trust.revocations
      const { anchors, revocations } = trust
      if (!known || !takesOver(known, revocations, anchors, Date.now())) return { holder, trust }
      const there = revocations ? `list ${revocations.number}` : 'no list'
      const text = `the key folder has ${there} of who is revoked; list ${known.number} stays in force`
      this.#options.log.warn(`${text}, and is put back`)
      void this.#keep(guard, known)
      return { holder, trust: { anchors, revocations: known } }
    })
  }

  /** A peer has a newer list of who is revoked: it is in force as if it had been put into the key folder. */
  #heed(list: RevocationList): Promise<void> {
    return this.#next((guard) => {
      const { holder, trust } = guard.keys
      if (!takesOver(list, trust.revocations, trust.anchors, Date.now())) return guard.keys
      this.#options.log.info(`list ${list.number} of who is revoked came from a peer, and is in force`)
      void this.#keep(guard, list)
      return { holder, trust: { ...trust, revocations: list } }
    })
  }

  #next(keysOf: (guard: Guard) => ActorKeys): Promise<void> {
    return this.#queue(async (guard) => {
      const { directory, recheck, greet, refresh } = this.#options
      const { holder, trust } = guard.keys
      const isToRenew = guard.adopt(keysOf(guard))
      recheck()
      if (isToRenew) await this.#renew(guard)
      else if (!isDeepStrictEqual(guard.keys.trust, trust)) {
        directory()?.renew()
        greet()
      }
      if (guard.keys.holder.certificate.key !== holder.certificate.key && directory()) refresh()
    })
  }

  /** One after another. Never rejects. */
  #queue(work: (guard: Guard) => Promise<void>): Promise<void> {
    this.#last = this.#last.then(async () => {
      const { guard, directory, log } = this.#options
      if (!guard || !directory()) return
      await work(guard).catch((error: unknown) => {
        log.error(`the actor goes on with other keys, and is not announced so: ${describeThrown(error)}`)
      })
    })
    return this.#last
  }

  /** For its own next start, and for the other actors of this host. */
  async #keep({ folder }: Guard, list: RevocationList): Promise<void> {
    if (!folder) return
    await keepRevocations(folder, list, Date.now()).catch((error: unknown) => {
      const text = `list ${list.number} of who is revoked is in force, and not in the key folder`
      this.#options.log.warn(`${text}: ${describeThrown(error)}`)
    })
  }

  /** Its own key ends soon, and there is no other. */
  endsSoon(actor: string, { serial, app }: Certificate, endS: number): void {
    const ends = `its key (serial ${serial.slice(0, 8)}) ends on ${new Date(endS * 1000).toISOString()}`
    const make = `quorate keys actor ${app} ${actor} --out FILE makes another where the app key is`
    this.#options.log.warn(`${ends}; ${make}, and quorate keys import FILE takes it here while actors run`)
  }

  /** What there is in its key folder now cannot be used. */
  failed(error: unknown): void {
    const { guard, log } = this.#options
    log.warn(`it goes on with the keys that it had: ${describeThrown(error)}`)
    // Should the list be what is damaged: removed by hand, it were forgotten with the next start.
    const known = guard?.keys.trust.revocations
    if (guard && known) void this.#keep(guard, known)
  }

  async #renew({ lock }: Guard): Promise<void> {
    const { ports, directory, groups, renewed } = this.#options
    const leaving: (() => void)[] = []
    let directoryPort: number | undefined
    this.#isUnderWay = true
    try {
      for (const port of ports()) {
        if (!(port instanceof BindingPort)) continue
        await port.renew().then(
          (leave) => leaving.push(leave),
          (error) => this.#failed(port.path, error),
        )
      }
      directoryPort = this.#listenAnew(directory(), leaving)
      await groups.renew(lock.keys())
    } finally {
      this.#isUnderWay = false
    }
    setTimeout(() => {
      for (const leave of leaving) leave()
    }, runtimeLimits.formerMs).unref()
    if (directory()) await renewed(directoryPort)
  }

  #listenAnew(directory: DirectoryServer | undefined, leaving: (() => void)[]): number | undefined {
    try {
      const { port, leave } = directory?.listenAnew() ?? {}
      if (leave) leaving.push(leave)
      return port
    } catch (error) {
      this.#failed('the directory', error)
      return undefined
    }
  }

  #failed(what: string, error: unknown): void {
    const text = `${what} takes no other address: ${describeThrown(error)}`
    this.#options.log.error(`${text}; it listens where it was, and cuts nobody`)
  }
}
