import { expect } from 'chai'
import fc from 'fast-check'
import { commLimits } from '../../../communicator/limits.js'
import { wrongName } from '../../../communicator/names.js'

describe('names of endpoints', () => {
  it('are letters, digits and _ ~ - in parts between dots', () => {
    for (const name of [
      'a',
      'site-1',
      'Site_1.job~2',
      '-',
      '~',
      '7',
      'a.b.c',
      'x'.repeat(commLimits.nameChars),
    ]) {
      expect(wrongName(name), name).to.equal(undefined)
    }
  })

  it('are refused with a reason', () => {
    const reasons: readonly [string, RegExp][] = [
      ['', /empty/],
      ['a b', /characters/],
      [' a', /characters/],
      ['a\n', /characters/],
      ['ä', /characters/],
      ['a/b', /characters/],
      ['a\0', /characters/],
      ['.', /part of it is empty/],
      ['.a', /part of it is empty/],
      ['a.', /part of it is empty/],
      ['a..b', /part of it is empty/],
      ['a.b.a', /comes twice/],
      ['a.a', /comes twice/],
      ['x'.repeat(commLimits.nameChars + 1), /more than/],
    ]
    for (const [name, reason] of reasons) expect(wrongName(name), JSON.stringify(name)).to.match(reason)
  })

  it('agree with the form of the reference, whatever the text', () => {
    const text = fc.string({
      unit: fc.constantFrom('a', 'B', '7', '.', '-', '_', '~', ' ', 'é', '/'),
      maxLength: 12,
    })
    fc.assert(
      fc.property(text, (name) => {
        const parts = name.split('.')
        const isName =
          /^[A-Za-z0-9_.~-]+$/.test(name) && !parts.includes('') && new Set(parts).size === parts.length
        expect(wrongName(name) === undefined).to.equal(isName)
      }),
      { numRuns: 3000 },
    )
  })
})
