/**
 * Who may in: certificates that were learned from others, what was taken back of them, and whom to trust.
 * Pure: the time is given in, nothing is read or written. Who asks and what is done to connections that are
 * cut is decided elsewhere (`zap-handler.ts`).
 *
 * It holds only what a trust anchor of the app vouches for, so a stranger fills nothing; and so many: what
 * nobody came with for longest goes first.
 */
import type { Anchor } from './anchors.js'
import { type Certificate, readCertificate } from './certificate.js'
import { keyLimits } from './key-limits.js'
import { type RevocationList, takesOver } from './revocation.js'
import { type Role, rolesAt } from './roles.js'
import { flawAt } from './validity.js'
import { keyBytesOf } from './z85.js'

export type RefusalCode = 'unknown-key' | 'revoked' | 'expired' | 'not-yet-valid' | 'wrong-app' | 'wrong-role'

export interface Refused {
  readonly admitted: false
  readonly code: RefusalCode
  /** One line, for a log. */
  readonly text: string
}

export type Decision = { readonly admitted: true; readonly certificate: Certificate } | Refused

/** The certificate that now stands for its key, or why what was learned is worth nothing. */
export type Learned =
  | { readonly learned: true; readonly certificate: Certificate }
  | { readonly learned: false; readonly code: RefusalCode | 'bad-certificate'; readonly text: string }

export class Admission {
  readonly #app: string
  readonly #most: number
  /** By their 32 bytes as text; that which was used last is last. */
  readonly #known = new Map<string, Certificate>()
  /** Those of them that were worth something so far, and whether they were let in. */
  readonly #good = new Map<string, { isLetIn: boolean }>()
  #anchors: ReadonlyMap<string, Anchor>
  #list: RevocationList | undefined

  /** @param most certificates known at a time. */
  constructor(app: string, anchors: readonly Anchor[], most: number = keyLimits.knownCertificates) {
    this.#app = app
    this.#most = most
    this.#anchors = byKey(anchors)
  }

  /** Certificates known. */
  get size(): number {
    return this.#known.size
  }

  get anchors(): readonly Anchor[] {
    return [...this.#anchors.values()]
  }

  /** The list in force. */
  get revocations(): RevocationList | undefined {
    return this.#list
  }

  /**
   * Takes in a certificate that anybody may have sent; of two for one key, the one that begins later stands.
   * One that is revoked, has ended or is of another app is remembered while there is room, so that its
   * holder is refused with the reason; one that begins later is learned as any other. Never throws.
   */
  learn(bytes: Uint8Array, nowMs: number): Learned {
    const certificate = readCertificate(bytes, this.anchors)
    if (typeof certificate === 'string') {
      return { learned: false, code: 'bad-certificate', text: `the certificate is ${certificate}` }
    }
    const name = nameOf(certificate)
    const known = this.#known.get(name)
    const standing = known && this.#isOver(known, certificate) ? known : certificate
    const refusal = this.#refusalOf(standing, nowMs)
    const isOfUse = !refusal || refusal.code === 'not-yet-valid'
    if (known || isOfUse || this.#known.size < this.#most) this.#touch(name, standing)
    if (this.#known.size > this.#most) this.#forgetOne()
    if (isOfUse) {
      if (!this.#good.has(name)) this.#good.set(name, { isLetIn: false })
      return { learned: true, certificate: standing }
    }
    return { learned: false, code: refusal.code, text: refusal.text }
  }

  /** Whether who holds this key may in at this door. Never throws. */
  decide(domain: string, key: Uint8Array, nowMs: number): Decision {
    const name = Buffer.from(key.buffer, key.byteOffset, key.byteLength).toString('latin1')
    const certificate = this.#known.get(name)
    if (!certificate) return refused('unknown-key', 'nobody has vouched for its key')
    const refusal = this.#refusalOf(certificate, nowMs) ?? refusalAt(domain, certificate)
    if (refusal) return refusal
    this.#touch(name, certificate)
    this.#good.set(name, { isLetIn: true })
    return { admitted: true, certificate }
  }

  /**
   * Whether certificates have ended, or their app key has, since it was asked last: of any that are known; of
   * any with which somebody was let in, whose connections are to be cut.
   */
  ended(nowMs: number): { readonly known: boolean; readonly letIn: boolean } {
    const ended = { known: false, letIn: false }
    for (const [name, { isLetIn }] of [...this.#good]) {
      const certificate = this.#known.get(name)
      const anchor = certificate && this.#anchors.get(certificate.issuer)
      const flaw = certificate && flawAt(certificate, anchor, this.#list, nowMs)
      if (certificate && (!flaw || flaw.code === 'not-yet-valid')) continue
      this.#good.delete(name)
      if (flaw?.code !== 'expired') continue
      ended.known = true
      ended.letIn ||= isLetIn
    }
    return ended
  }

  /**
   * Puts a list in force where it takes over. Returns the certificates known that are revoked by it, and were
   * not before: their connections are to be cut.
   */
  revoke(list: RevocationList, nowMs: number): readonly Certificate[] {
    const before = this.#list
    if (list.app !== this.#app || !takesOver(list, before, this.anchors, nowMs)) return []
    this.#list = list
    return [...this.#known.values()].filter(
      ({ serial }) => list.serials.has(serial) && !before?.serials.has(serial),
    )
  }

  /**
   * Trusts these, and no others. What is revoked stays so. Returns the certificates known that nobody vouches
   * for any more, and forgets them: their connections are to be cut.
   */
  setAnchors(anchors: readonly Anchor[]): readonly Certificate[] {
    this.#anchors = byKey(anchors)
    const orphans = [...this.#known.values()].filter(({ issuer }) => !this.#anchors.has(issuer))
    for (const orphan of orphans) this.#forget(nameOf(orphan))
    return orphans
  }

  #refusalOf(certificate: Certificate, nowMs: number): Refused | undefined {
    const { app, serial, issuer } = certificate
    const whose = `the key of ${certificate.actors.join(', ')} (serial ${serial})`
    if (app !== this.#app) return refused('wrong-app', `${whose} is for the app ${app}`)
    const flaw = flawAt(certificate, this.#anchors.get(issuer), this.#list, nowMs)
    return flaw && refused(flaw.code, `${whose} ${flaw.text}`)
  }

  /** A total order: whichever of two is learned first, the same stands. */
  #isOver(one: Certificate, other: Certificate): boolean {
    if (one.app !== other.app)
      return one.app === this.#app || (other.app !== this.#app && one.app > other.app)
    if (one.notBefore !== other.notBefore) return one.notBefore > other.notBefore
    return one.notAfter === other.notAfter ? one.serial > other.serial : one.notAfter > other.notAfter
  }

  #touch(name: string, certificate: Certificate): void {
    this.#known.delete(name)
    this.#known.set(name, certificate)
  }

  #forgetOne(): void {
    const [oldest] = this.#known.keys()
    if (oldest !== undefined) this.#forget(oldest)
  }

  #forget(name: string): void {
    this.#known.delete(name)
    this.#good.delete(name)
  }
}

function refusalAt(domain: string, { roles, actors }: Certificate): Refused | undefined {
  const letIn = rolesAt(domain)
  if (roles.some((role: Role) => letIn.includes(role))) return undefined
  const what = `${actors.join(', ')} as ${roles.join(', ')}`
  return refused('wrong-role', `the key is for ${what}, and ${domain} takes ${letIn.join(', ') || 'nobody'}`)
}

function refused(code: RefusalCode, text: string): Refused {
  return { admitted: false, code, text }
}

function byKey(anchors: readonly Anchor[]): ReadonlyMap<string, Anchor> {
  return new Map(anchors.map((anchor) => [anchor.key, anchor]))
}

function nameOf({ key }: Certificate): string {
  return keyBytesOf(key)?.toString('latin1') ?? ''
}
