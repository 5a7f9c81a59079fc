/**
 * What an actor does when its keys, or whom it trusts, are others: it goes on. Who is not believed any more
 * is no peer; and where anybody may have to be cut, or is to meet another key, all that listens takes another
 * address beside the one that it has, with the keys as they are now. Peers are told, and come there; then
 * the former addresses are left, which cuts those who are there yet, and is the only way to cut anybody.
 */
import type { Logger } from 'pino'
import type { DirectoryServer } from '../discovery/index.js'
import { BindingPort, type Port } from '../ports/index.js'
import type { CurveKeys } from '../ports/security/index.js'
import type { ActorKeys, Guard } from './guard.js'
import { describeThrown } from './lifetime.js'
import { runtimeLimits } from './limits.js'

export interface RenewalsOptions {
  readonly guard: Guard | undefined
  readonly groups: { renew(keys: CurveKeys): Promise<void> }
  readonly log: Logger
  ports(): readonly Port[]
  /** Undefined where the actor has none yet, or no more. */
  directory(): DirectoryServer | undefined
  /** Who is not believed any more is no peer. */
  recheck(): void
  /** It listens elsewhere, too; its directory at this TCP port, unless that stays where it is. */
  renewed(directoryPort: number | undefined): Promise<void>
}

export class Renewals {
  readonly #options: RenewalsOptions
  #last = Promise.resolve()
  #isUnderWay = false

  constructor(options: RenewalsOptions) {
    this.#options = options
  }

  /** While some listen elsewhere already, and others do not: nothing is listed. */
  get isUnderWay(): boolean {
    return this.#isUnderWay
  }

  /** Goes on with these keys; one after another. Never rejects. */
  to(keys: ActorKeys): Promise<void> {
    this.#last = this.#last.then(async () => {
      const { guard, directory, recheck, log } = this.#options
      if (!guard || !directory()) return
      const isToRenew = guard.adopt(keys)
      recheck()
      if (!isToRenew) return
      await this.#renew(guard).catch((error: unknown) => {
        log.error(`the actor goes on with other keys, and is not announced so: ${describeThrown(error)}`)
      })
    })
    return this.#last
  }

  /** What there is in its key folder now cannot be used. */
  failed(error: unknown): void {
    this.#options.log.warn(`it goes on with the keys that it had: ${describeThrown(error)}`)
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
