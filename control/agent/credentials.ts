/**
 * The one user of FLorist's clients, and the tokens that stand for it. Its password is "admin" until it is
 * changed, and good for nothing but that. A change ends all tokens that there were.
 */
import { createHash, randomBytes, scrypt, timingSafeEqual } from 'node:crypto'
import { isSame } from '../fastapi/admission.js'
import { AgentError } from './errors.js'
import { agentLimits } from './limits.js'
import type { AgentStore, UserRecord } from './records.js'
import { userOf, webToken } from './web-token.js'

export const USER = 'admin'
/** Passwords come as FLorist sends them: the SHA-256 of what was typed. */
const DEFAULT_PASSWORD = createHash('sha256').update('admin').digest('hex')

const KEY_BYTES = 32
/** Some 60 ms and 32 MiB for each guess. */
const SCRYPT = { N: 2 ** 15, r: 8, p: 1, maxmem: 64 * 1024 * 1024 }

export interface SignedIn {
  readonly token: string
  /** The password is still the one that everybody knows. */
  readonly isDefault: boolean
}

export class Credentials {
  readonly #store: AgentStore
  readonly #agentToken: string
  /** Undefined while the password was never changed. */
  #user: UserRecord | undefined
  /** Seals tokens until then. */
  readonly #firstKey = newKey()
  /** Passwords that are being looked at. */
  #looking = 0

  /** @param agentToken stands for the password where that is changed: who has it may do all there is. */
  constructor(store: AgentStore, agentToken: string) {
    this.#store = store
    this.#agentToken = agentToken
    this.#user = store.user()
  }

  get isDefault(): boolean {
    return this.#user === undefined
  }

  /** Whether it is a token that stands for the user, whose password is its own. */
  isUser(token: string): boolean {
    return this.#user !== undefined && userOf(token, this.#user.key, Date.now()) === USER
  }

  isAgentToken(text: string): boolean {
    return isSame(text, this.#agentToken)
  }

  /** Undefined where user or password are wrong: both take the same time. @throws AgentError `agent-full`. */
  async signIn(user: string, password: string): Promise<SignedIn | undefined> {
    const known = this.#user
    if (!(await this.#isRight(user, password, known))) return undefined
    return this.#signedIn(known)
  }

  /**
   * Undefined where user or password are wrong, `default` where the next one is what everybody knows.
   * @param password or the token of the agent.
   * @throws AgentError `agent-full`; `agent-not-kept`: then the old one holds.
   */
  async change(user: string, password: string, next: string): Promise<SignedIn | 'default' | undefined> {
    const known = this.#user
    const isRight = (await this.#isRight(user, password, known)) || this.#isOwner(user, password)
    if (!isRight) return undefined
    if (next === DEFAULT_PASSWORD) return 'default'
    const salt = randomBytes(KEY_BYTES).toString('hex')
    const hash = (await this.#hashOf(next, salt)).toString('hex')
    // Another was faster: this password is no longer right.
    if (this.#user !== known) return undefined
    const changed: UserRecord = { name: USER, salt, hash, key: newKey() }
    this.#user = changed
    this.#store.putUser(changed)
    try {
      await this.#store.kept()
    } catch (error) {
      if (this.#user === changed) this.#user = known
      throw error
    }
    return this.#signedIn(changed)
  }

  #signedIn(user: UserRecord | undefined): SignedIn {
    const token = webToken(USER, Date.now() + agentLimits.signedInMs, user?.key ?? this.#firstKey)
    return { token, isDefault: user === undefined }
  }

  #isOwner(user: string, password: string): boolean {
    return user === USER && this.isAgentToken(password)
  }

  async #isRight(user: string, password: string, known: UserRecord | undefined): Promise<boolean> {
    if (!known) return isSame(password, DEFAULT_PASSWORD) && user === USER
    const [its, ours] = [await this.#hashOf(password, known.salt), Buffer.from(known.hash, 'hex')]
    return its.length === ours.length && timingSafeEqual(its, ours) && user === USER
  }

  async #hashOf(password: string, salt: string): Promise<Buffer> {
    if (this.#looking >= agentLimits.attemptsAtOnce) {
      throw new AgentError(
        'agent-full',
        `${agentLimits.attemptsAtOnce} passwords are being looked at already`,
      )
    }
    this.#looking++
    try {
      return await new Promise((resolve, reject) => {
        scrypt(password, salt, KEY_BYTES, SCRYPT, (error, hash) => (error ? reject(error) : resolve(hash)))
      })
    } finally {
      this.#looking--
    }
  }
}

function newKey(): string {
  return randomBytes(KEY_BYTES).toString('hex')
}
