/** What was sent, no longer compressed: piece by piece, as it is wanted, and not waited for without end. */
import { pipeline, Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { messageOf } from '../../ports/index.js'
import { BundleError } from './errors.js'

/** @throws BundleError `bundle-cut`, `bundle-altered`. */
export async function* unzipped(sent: AsyncIterable<Uint8Array>, idleMs: number): AsyncGenerator<Uint8Array> {
  const gunzip = createGunzip()
  pipeline(Readable.from(patient(sent, idleMs)), gunzip, () => undefined)
  try {
    for await (const chunk of gunzip) yield chunk
  } catch (error) {
    throw failureOf(error)
  }
}

/** A sender that falls silent is not waited for. */
async function* patient(sent: AsyncIterable<Uint8Array>, idleMs: number): AsyncGenerator<Uint8Array> {
  const chunks = sent[Symbol.asyncIterator]()
  for (;;) {
    let timer: NodeJS.Timeout | undefined
    const silence = new Promise<never>((_resolve, reject) => {
      const text = `nothing of the bundle came for ${idleMs / 1000} s; send it again`
      timer = setTimeout(() => reject(new BundleError('bundle-cut', text)), idleMs)
    })
    try {
      const next = await Promise.race([chunks.next(), silence])
      if (next.done) return
      yield next.value
    } finally {
      clearTimeout(timer)
    }
  }
}

function failureOf(error: unknown): BundleError {
  if (error instanceof BundleError) return error
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  const isCut = !code.startsWith('Z_') || code === 'Z_BUF_ERROR'
  const text = isCut ? 'the bundle did not arrive whole' : 'the bundle is no gzip'
  const way = 'send it again'
  return new BundleError(isCut ? 'bundle-cut' : 'bundle-altered', `${text}: ${messageOf(error)}; ${way}`, {
    cause: error,
  })
}
