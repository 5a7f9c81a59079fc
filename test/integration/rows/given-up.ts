/** A request that times out while the other end handles it. */
import { expect } from 'chai'
import { rejectionOf } from '../../rejection.js'

const BRIEF_MS = 30

/**
 * Times out requests until the other end has begun with one, which is the last: on a slow machine some are
 * given up before they are there, and are then not handled.
 */
export async function givenUp(
  request: (options: { timeout: number }) => Promise<unknown>,
  isBegun: () => boolean,
): Promise<void> {
  do expect(await rejectionOf(request({ timeout: BRIEF_MS }))).to.include({ code: 'timeout' })
  while (!isBegun())
}
