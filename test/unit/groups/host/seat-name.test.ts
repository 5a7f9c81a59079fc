import { expect } from 'chai'
import { seatPath } from '../../../../groups/host/seat-name.js'

describe('the socket of a seat', () => {
  it('has an address filled to its last byte, so that all versions of Node mean the same', () => {
    for (const app of ['', 'a', 'ü'.repeat(1000), '\0']) {
      const path = seatPath({ app, group: 'g', seat: '1' })
      expect(Buffer.byteLength(path), app.slice(0, 3)).to.equal(108)
      expect(path.slice(0, 14)).to.equal('\0quorate/seat/')
      expect(path.indexOf('\0', 1)).to.equal(-1)
    }
  })

  it('is one for each seat, however the names are cut', () => {
    const paths = [
      { app: 'a', group: 'b', seat: 'c' },
      { app: 'ab', group: '', seat: 'c' },
      { app: 'a', group: 'bc', seat: '' },
      { app: 'a","b', group: 'c', seat: '' },
      { app: 'a', group: 'c', seat: 'b' },
    ].map(seatPath)
    expect(new Set(paths).size).to.equal(paths.length)
    expect(seatPath({ app: 'a', group: 'b', seat: 'c' })).to.equal(paths[0])
  })
})
