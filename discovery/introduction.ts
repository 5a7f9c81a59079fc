/**
 * Introduces an actor, or who looks on, to another actor: shows it a certificate, and takes what the other
 * says of itself. Needed where that one may not have heard of it otherwise, and before its key is known.
 */
import { connect, decode, encode, newLinkId, type Sockets } from '../ports/index.js'
import { answerIn, introductionOf } from '../ports/security/index.js'
import { frameOf, NEEDS_KEYS } from './directory-frames.js'
import { discoveryLimits } from './limits.js'
import { readRecord } from './record.js'
import type { ActorRecord } from './types.js'

export interface IntroductionOptions {
  /** Without a lock: what is said is public. */
  readonly sockets: Sockets
  /** IPv4 address of the other, and the TCP port where it takes introductions. */
  readonly host: string
  readonly port: number
  readonly certificate: Uint8Array
  /** Of who introduces itself. */
  readonly actorId: string
  /** Once: what the other says of itself. Then the introduction has ended. */
  answered(answer: Buffer): void
  /** Once: it does not let this one in. Then the introduction has ended. */
  refused(code: string): void
}

/** Begins; asks again, so often, until it has an answer or the result is called. */
export function introduce(options: IntroductionOptions): () => void {
  const { sockets, host, port, certificate, actorId, answered, refused } = options
  const socket = sockets.dealer({ routingId: newLinkId(actorId), frameBytes: discoveryLimits.recordBytes })
  let asked = 0
  const ask = (): void => {
    if (asked++ > discoveryLimits.introductions) end()
    else if (!socket.closed) socket.send(introductionOf(certificate)).catch(() => undefined)
  }
  const timer = setInterval(ask, discoveryLimits.introduceMs).unref()
  const end = (): void => {
    clearInterval(timer)
    sockets.close(socket)
  }
  socket.events.on('handshake', ask)
  connect(socket, `tcp://${host}:${port}`)
  void (async () => {
    for (;;) {
      const said = answerIn(await socket.receive())
      if (!said) continue
      end()
      if ('answer' in said) answered(said.answer)
      else refused(said.code)
      return
    }
  })().catch(end)
  return end
}

/** What to say of who does not let this one in. */
export function notLetIn(address: string, code: string): string {
  const why = `${address} does not let the key in that was shown there: ${code}`
  return `${why}; do both have keys of one app key? See quorate keys list`
}

/** What an actor says of itself to who introduces itself. */
export function spokenRecord(record: ActorRecord): Uint8Array {
  const { buffer, start, end } = encode(record, 'a record')
  return Buffer.from(buffer.subarray(start, end))
}

/** What an actor with keys says to who comes without, and takes its door for a directory. */
export function needsKeysFrame(self: ActorRecord): Buffer {
  const why = `${self.actor} of the app ${self.app} has keys, and talks to nobody without: see quorate keys`
  return frameOf({ t: 'refused', code: NEEDS_KEYS, why, self })
}

/** The record in such an answer, or why there is none. Its host is what it says. Never throws. */
export function heardRecord(answer: Buffer): ActorRecord | string {
  const decoded = decode(answer, 0, answer.length)
  return 'refusal' in decoded ? decoded.refusal : readRecord(decoded.value)
}
