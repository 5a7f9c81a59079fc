/** Death certificates of members on other hosts, from the witnesses there that the members named. */
import { connect } from 'node:net'
import { certify, type Suspect } from './certificate.js'
import { hostLimits } from './limits.js'
import type { Verdict } from './witness.js'
import type { WitnessAd } from './witness-door.js'
import { questionLine, verdictIn } from './witness-words.js'

/** A member, and who is to be asked where this host cannot tell. */
export interface DistantSuspect extends Suspect {
  /** As the member named it while it lived; undefined where it named none. */
  readonly witness?: (WitnessAd & { readonly host: string }) | undefined
}

/** As certify(); of a member of another host, what its witness there says. Rejects when the signal aborts. */
export async function certifyAnywhere(suspect: DistantSuspect, signal: AbortSignal): Promise<Verdict> {
  const verdict = await certify(suspect, signal)
  return verdict === 'unknown' && suspect.witness ? askWitness(suspect, suspect.witness, signal) : verdict
}

/**
 * What a witness says; `unknown` where it says nothing that is proven to be of it within
 * `hostLimits.witnessAnswerMs`. Rejects when the signal aborts.
 */
export async function askWitness(
  suspect: Suspect,
  { host, port, key }: NonNullable<DistantSuspect['witness']>,
  signal: AbortSignal,
): Promise<Verdict> {
  signal.throwIfAborted()
  const question = questionLine(suspect)
  if (question === undefined) return 'unknown'
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port })
    let said = ''
    const abort = (): void => {
      socket.destroy()
      reject(signal.reason)
    }
    const timer = setTimeout(() => socket.destroy(), hostLimits.witnessAnswerMs)
    signal.addEventListener('abort', abort, { once: true })
    socket.setEncoding('utf8')
    socket.on('data', (text: string) => {
      said += text
      if (said.includes('\n') || said.length > hostLimits.witnessLineBytes) socket.destroy()
    })
    socket.on('error', () => undefined)
    socket.on('close', () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', abort)
      const end = said.indexOf('\n')
      resolve((end === -1 ? undefined : verdictIn(said.slice(0, end), question, key)) ?? 'unknown')
    })
    socket.write(`${question}\n`)
  })
}
