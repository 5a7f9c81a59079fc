/**
 * Says once, for each port and peer, what went wrong there, and counts the rest: a peer that sends garbage
 * fills no disk. When a subject is heard of again after a minute, it is said again with the count. Of more
 * subjects than can be told apart within a minute, as those of a peer with ever new names, none is said.
 */
import type { Logger } from 'pino'
import type { PortNotice } from '../ports/index.js'
import { runtimeLimits } from './limits.js'

interface Subject {
  saidAt: number
  since: number
}

export class Notices {
  readonly #log: Logger
  readonly #now: () => number
  readonly #subjects = new Map<string, Subject>()

  constructor(log: Logger, now: () => number = () => performance.now()) {
    this.#log = log
    this.#now = now
  }

  add(notice: PortNotice): void {
    const { port, peer, what, text } = notice
    const from = peer ? { peer: peer.actorId, ...(peer.actor ? { peerActor: peer.actor } : {}) } : {}
    this.say(`${port}/${what}/${peer?.actorId ?? ''}`, { port, ...from }, `${port} ${text}`)
  }

  /** Logs the text unless the same key was logged within the last minute. */
  say(key: string, fields: object, text: string): void {
    const repeated = this.isDue(key)
    if (repeated) this.#log.warn({ ...fields, ...repeated }, text)
  }

  /**
   * Whether it is time to log something of this key: undefined where it is not, else the fields that say how
   * often it was not logged since (`again`), if it was. Counts the call.
   */
  isDue(key: string): { readonly again?: number } | undefined {
    const now = this.#now()
    const subject = this.#subjects.get(key)
    if (subject && now - subject.saidAt < runtimeLimits.noticeRepeatMs) {
      subject.since++
      return undefined
    }
    this.#subjects.delete(key)
    if (this.#subjects.size >= runtimeLimits.noticeSubjects && !this.#forgetOldest(now)) return undefined
    this.#subjects.set(key, { saidAt: now, since: 0 })
    return subject?.since ? { again: subject.since } : {}
  }

  /** False where even the oldest was said within the last minute. */
  #forgetOldest(now: number): boolean {
    for (const [key, { saidAt }] of this.#subjects) {
      if (now - saidAt < runtimeLimits.noticeRepeatMs) return false
      this.#subjects.delete(key)
      return true
    }
    return true
  }
}
