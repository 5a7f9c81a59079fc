/** Takes transfers: says how much is there, then puts the rest where the handler says. */
import type { Duplex } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Endpoint } from '../endpoint.js'
import { BLOB_ID, BLOB_SIZE, countBytes, mismatch, PlaceCounter } from './blob.js'
import type { BlobHandler, BlobOffer, Headers, StreamHandler } from './contract.js'
import { sessionLimits } from './limits.js'

interface Receiving {
  readonly stream: Duplex
  /** Resolves when its sink has been closed, however that came. */
  readonly over: Promise<void>
}

/** The handler of the streams of one topic by which transfers come. */
export function receivesBlobs(handler: BlobHandler): StreamHandler {
  const underWay = new Map<string, Receiving>()
  return async (stream, from, headers) => {
    const offer = offerOf(from, headers)
    const key = JSON.stringify([from.name, offer.id])
    // Another try takes the place of what is left of the last.
    const before = underWay.get(key)
    before?.stream.destroy()
    const done = (before?.over ?? Promise.resolve()).then(() => receive(stream, offer, handler))
    const mine = { stream, over: done.catch(() => {}) }
    underWay.set(key, mine)
    try {
      await done
    } finally {
      if (underWay.get(key) === mine) underWay.delete(key)
    }
  }
}

function offerOf(from: Endpoint, headers: Headers): BlobOffer {
  const { [BLOB_ID]: id = '', [BLOB_SIZE]: text, ...others } = headers
  const size = text === undefined ? undefined : Number(text)
  if (id === '' || id.length > sessionLimits.blobIdChars || (size !== undefined && !isPlace(size))) {
    throw mismatch('no bytes are named')
  }
  return { id, size, headers: others, from }
}

async function receive(stream: Duplex, offer: BlobOffer, handler: BlobHandler): Promise<void> {
  const { offset, writable } = await handler(offer)
  if (!isPlace(offset) || offset > (offer.size ?? offset)) {
    writable.destroy()
    throw mismatch(`${offset} bytes of '${offer.id}' are there`)
  }
  stream.write(countBytes(offset))
  const counter = new PlaceCounter(offset, offer.size)
  await pipeline(stream, counter, writable)
  stream.end(countBytes(counter.place))
}

function isPlace(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0
}
