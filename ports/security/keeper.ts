/**
 * Keeps the doors of one actor: says who may in at which, by the certificates that it has learned, and takes
 * those of strangers who introduce themselves. So many a second: what is beyond is not answered, and has to
 * be shown again.
 */
import { setTimeout as pause } from 'node:timers/promises'
import { messageOf } from '../errors.js'
import { readAll } from '../reader.js'
import { errnoOf, portOf } from '../socket-calls.js'
import type { RouterSocket, Sockets } from '../sockets.js'
import { hasSpareFiles } from '../spare-files.js'
import { Admission } from './admission.js'
import { type Anchor, readAnchors } from './anchors.js'
import type { DoorRefusals, DoorService, FromDoors, ToDoors, TrustData } from './door-messages.js'
import { answerOf, certificateIn, isForDirectory, noAnswerOf } from './introduction.js'
import { keyLimits } from './key-limits.js'
import { readRevocationList } from './revocation.js'
import { z85Of } from './z85.js'
import type { Refusal, Verdict } from './zap-handler.js'

export interface KeeperOptions {
  readonly sockets: Sockets
  /** Milliseconds since 1970. */
  readonly now: () => number
  tell(event: FromDoors): void
  /** Somebody was learned, who may be waiting. */
  learned(): void
}

export class DoorKeeper {
  readonly #options: KeeperOptions
  readonly #admission: Admission
  #router: RouterSocket | undefined
  /** By door, key and code: since they were told last. */
  readonly #refusals = new Map<string, DoorRefusals>()
  #answer: Buffer | undefined
  #keyless: Buffer | undefined
  /** Introductions that are looked at yet, in this while. */
  #left: number = keyLimits.introductions
  #timer: NodeJS.Timeout
  /** Connections of strangers since the socket was opened, and when that was. */
  #guests = 0
  #openedAtMs = 0
  #isShowingOut = false

  constructor({ app, trust }: DoorService, options: KeeperOptions) {
    this.#options = options
    this.#admission = new Admission(app, anchorsIn(trust))
    this.#trust(trust)
    this.#timer = setInterval(() => this.#tick(), keyLimits.tellMs)
  }

  /** Listens for introductions, there alone; tells the port, or why it cannot. */
  async open({ host, port }: Pick<DoorService, 'host' | 'port'>): Promise<void> {
    const { sockets, tell } = this.#options
    const router = this.#newRouter()
    try {
      const endpoint = sockets.bind(router, `tcp://${host}:${port || '*'}`)
      tell({ is: 'open', port: portOf(endpoint) })
    } catch (error) {
      tell({ is: 'failed', code: errnoOf(error), message: messageOf(error) })
      return
    }
    await readAll(router, [], (parts) => this.#introduced(router, parts))
  }

  take(message: ToDoors): void {
    if (message.do === 'trust') this.#trust(message.trust)
    else if (message.do === 'listen') void this.open(message)
    else if (message.do === 'learn') this.#learn(message.certificate)
    else {
      this.#answer = answerOf(message.answer)
      this.#keyless = Buffer.from(message.keyless)
    }
  }

  decide(door: string, key: Buffer): Verdict {
    return this.#admission.decide(door, key, this.#options.now())
  }

  /** Of its actor. */
  refused(door: string, { address, key, code, text }: Refusal): void {
    const whose = key ? z85Of(key) : ''
    const of = `${door} ${whose} ${code}`
    const before = this.#refusals.get(of)
    if (!before && this.#refusals.size >= keyLimits.refusalsTold) return
    const count = (before?.count ?? 0) + 1
    this.#refusals.set(of, { door, address, key: whose, code, text, count })
  }

  close(): void {
    clearInterval(this.#timer)
    this.#hangUp()
  }

  /** In place of the one that there is. */
  #newRouter(): RouterSocket {
    this.#hangUp()
    const bounds = { frameBytes: 0, queueFrames: keyLimits.introductions, isTakenOver: false }
    const router = this.#options.sockets.router(bounds)
    router.events.on('accept', () => {
      this.#guests++
    })
    this.#router = router
    this.#guests = 0
    this.#openedAtMs = performance.now()
    return router
  }

  /**
   * Hangs up on all guests: who has introduced itself is done, who has not asks again, and others would stay
   * for ever. By another socket: libzmq 4.3.5 aborts where one is unbound while many come and go.
   */
  async #showOut({ lastEndpoint: address }: RouterSocket): Promise<void> {
    if (!address || this.#isShowingOut || !hasSpareFiles()) return
    this.#isShowingOut = true
    const router = this.#newRouter()
    // It was left a moment ago, or there is no file to be had.
    while (this.#router === router) {
      try {
        this.#options.sockets.bind(router, address)
        void readAll(router, [], (parts) => this.#introduced(router, parts))
        break
      } catch {}
      await pause(keyLimits.rebindMs)
    }
    this.#isShowingOut = false
  }

  #hangUp(): void {
    if (this.#router) this.#options.sockets.close(this.#router)
    this.#router = undefined
  }

  #trust(trust: TrustData): void {
    const anchors = anchorsIn(trust)
    this.#admission.setAnchors(anchors)
    const list = trust.revocations && readRevocationList(trust.revocations, anchors)
    if (list && typeof list !== 'string') this.#admission.revoke(list, this.#options.now())
  }

  #learn(certificate: Uint8Array): string | undefined {
    const learned = this.#admission.learn(certificate, this.#options.now())
    if (!learned.learned) return learned.code
    this.#options.learned()
    return undefined
  }

  #introduced(router: RouterSocket, [who, ...parts]: Buffer[]): number {
    if (!who || this.#left <= 0) return 1
    this.#left--
    const answer = this.#answerTo(parts)
    // Who does not take its answer in asks again.
    if (answer && !router.closed) router.send([who, answer]).catch(() => undefined)
    return 1
  }

  #answerTo(parts: readonly Buffer[]): Buffer | undefined {
    if (isForDirectory(parts)) return this.#keyless
    const certificate = certificateIn(parts)
    const code = certificate && this.#learn(certificate)
    if (!certificate || !this.#answer) return undefined
    return code === undefined ? this.#answer : noAnswerOf(code)
  }

  #tick(): void {
    this.#left = keyLimits.introductions
    const ended = this.#admission.ended(this.#options.now())
    if (ended.known) this.#options.tell({ is: 'ended', isLetIn: ended.letIn })
    const isLong = performance.now() - this.#openedAtMs > keyLimits.guestMs
    if (this.#guests > 0 && isLong && this.#router) void this.#showOut(this.#router)
    if (this.#refusals.size === 0) return
    this.#options.tell({ is: 'refused', refusals: [...this.#refusals.values()] })
    this.#refusals.clear()
  }
}

function anchorsIn({ anchors }: TrustData): readonly Anchor[] {
  const read = readAnchors(anchors)
  return typeof read === 'string' ? [] : read
}
