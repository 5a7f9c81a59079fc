import { expect } from 'chai'
import { discoveryLimits } from '../../../discovery/limits.js'
import { type RevokedAd, RevokedAsker } from '../../../discovery/revoked-list.js'

const { revokedAskMs } = discoveryLimits
const BYTES = Buffer.from('list')

function adOf(number: number): RevokedAd {
  return { number, digest: 'ab'.repeat(16) }
}

describe('who asks a directory for its list of who is revoked', () => {
  let asked: number
  let taken: string[]
  let newest: number
  let asker: RevokedAsker

  beforeEach(() => {
    asked = 0
    taken = []
    newest = 0
    const revocations = {
      list: undefined,
      isWanted: ({ number }: RevokedAd) => number > newest,
      take: (bytes: Uint8Array, from: string) => void taken.push(`${Buffer.from(bytes)} of ${from}`),
    }
    asker = new RevokedAsker(revocations, () => asked++)
  })

  it('asks for one that is newer, at once, and takes one answer', () => {
    asker.offered(adOf(1), 0)
    expect(asked).to.equal(1)
    asker.arrived(BYTES, 'here')
    asker.arrived(BYTES, 'here')
    expect(taken).to.deep.equal(['list of here'])
    asker.look(revokedAskMs)
    expect(asked).to.equal(1)
  })

  it('asks for none that is older, or that is not offered, and takes none unasked', () => {
    newest = 2
    asker.offered(adOf(2), 0)
    asker.offered(undefined, revokedAskMs)
    asker.look(2 * revokedAskMs)
    asker.arrived(BYTES, 'here')
    expect([asked, taken]).to.deep.equal([0, []])
  })

  it('asks seldom, whatever is offered', () => {
    for (let ms = 0; ms < 10 * revokedAskMs; ms++) {
      asker.offered(adOf(ms + 1), ms)
      asker.arrived(BYTES, 'here')
    }
    expect(asked).to.equal(10)
    expect(taken).to.have.length(10)
  })

  it('asks again where no answer came, until it has the list from elsewhere', () => {
    asker.offered(adOf(1), 0)
    for (const at of [1, revokedAskMs - 1, revokedAskMs, revokedAskMs + 1]) asker.look(at)
    expect(asked).to.equal(2)
    newest = 1
    asker.look(2 * revokedAskMs)
    newest = 0
    asker.look(3 * revokedAskMs)
    expect(asked).to.equal(2)
  })
})
