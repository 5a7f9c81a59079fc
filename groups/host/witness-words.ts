/**
 * What is asked of a witness on another host, and what it says: a line of JSON each, ended by a newline.
 *
 *     {"v":1,"nonce":…,"incarnation":…,"process":{…},"seat":{…}}      whether that member is dead
 *     {"verdict":"gone","signature":…}                                Ed25519, by the key of the witness
 *
 * Signed are the question, as it was sent, and the verdict: so no answer passes for that to another question,
 * and none for one of another witness, as whoever may have the address by now.
 */
import {
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  sign as signedBy,
  verify,
} from 'node:crypto'
import { z } from 'zod'
import type { Suspect } from './certificate.js'
import { toldIncarnation, toldName, toldProcess } from './process-model.js'
import type { Verdict } from './witness.js'

const VERSION = 1
const NONCE_BYTES = 16
const PURPOSE = 'quorate verdict 1\0'

const question = z.object({
  v: z.literal(VERSION),
  nonce: z.string().min(1).max(64),
  incarnation: toldIncarnation,
  process: toldProcess,
  seat: z.object({ app: toldName, group: z.string().min(1).max(200), seat: toldName }).optional(),
})

const answer = z.object({ verdict: z.enum(['gone', 'alive', 'unknown']), signature: z.string().max(200) })

/** Without its newline; new each time. Undefined of one whose process nobody knows. */
export function questionLine({ incarnation, process, seat }: Suspect): string | undefined {
  const nonce = randomBytes(NONCE_BYTES).toString('base64url')
  const asked = question.safeParse({ v: VERSION, nonce, incarnation, process, seat })
  return asked.success ? JSON.stringify(asked.data) : undefined
}

/** Undefined where it is no question. */
export function suspectIn(line: string): Suspect | undefined {
  try {
    const { incarnation, process, seat } = question.parse(JSON.parse(line))
    return { incarnation, process, seat }
  } catch {
    return undefined
  }
}

/** The key of a witness, of one life of its process. */
export class WitnessKey {
  readonly #private: KeyObject
  /** By which others know what it says: 32 bytes, base64url. */
  readonly public: string

  constructor() {
    const { privateKey, publicKey } = generateKeyPairSync('ed25519')
    this.#private = privateKey
    this.public = publicKey.export({ format: 'jwk' }).x ?? ''
  }

  /** What it says to a question, without its newline. */
  answerLine(line: string, verdict: Verdict): string {
    const signature = signedBy(null, signedBytes(line, verdict), this.#private).toString('base64url')
    return JSON.stringify({ verdict, signature })
  }
}

/** What the witness of this key says to a question; undefined where that is not what was said. */
export function verdictIn(line: string, asked: string, key: string): Verdict | undefined {
  try {
    const { verdict, signature } = answer.parse(JSON.parse(line))
    const by = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: key }, format: 'jwk' })
    const isSaid = verify(null, signedBytes(asked, verdict), by, Buffer.from(signature, 'base64url'))
    return isSaid ? verdict : undefined
  } catch {
    return undefined
  }
}

function signedBytes(line: string, verdict: Verdict): Buffer {
  return Buffer.from(`${PURPOSE}${verdict}\n${line}`)
}
