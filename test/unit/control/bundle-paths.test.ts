import { posix, win32 } from 'node:path'
import { expect } from 'chai'
import fc from 'fast-check'
import { flawOfPath, flawOfPaths } from '../../../control/bundle/paths.js'

describe('the path of a file in a bundle', () => {
  it('may be what packages and apps have', () => {
    for (const path of [
      'app.mjs',
      'data/über/ok (1).json',
      'node_modules/@a/b/.x',
      'a/node_modules/b/c.js',
    ]) {
      expect(flawOfPath(path), path).to.equal(undefined)
    }
  })

  it('leads nowhere else, in no system', () => {
    for (const path of [
      ...['', '/etc/passwd', '../x', 'a/../../x', 'a/..', '..', '.', './a', 'a/./b', 'a//b', 'a/', '/'],
      ...['a\\b', '..\\x', 'C:/x', 'c:x', 'a\0b', 'a\nb', 'a\u007f', 'a.', 'a /b', 'a/b...', '\ud800'],
      ...[
        'node_modules/quorate/index.js',
        'a/node_modules/quorate/x',
        'node_modules/quorate',
        'NODE_modules/Quorate/x',
      ],
      ...['x'.repeat(256), `${'x/'.repeat(600)}x`, 'é'.repeat(128)],
    ]) {
      expect(flawOfPath(path), JSON.stringify(path)).to.be.a('string')
    }
  })

  it('is within the folder wherever it is let through', () => {
    const part = fc.oneof(
      fc.string({ maxLength: 6 }),
      fc.constantFrom('..', '.', '', 'a', 'node_modules', 'quorate'),
    )
    const text = fc.array(part, { maxLength: 6 }).map((parts) => parts.join('/'))
    fc.assert(
      fc.property(fc.oneof(text, fc.string({ unit: 'binary' })), (path) => {
        if (flawOfPath(path) !== undefined) return
        for (const { resolve, join, sep } of [posix, win32]) {
          const root = resolve(sep, 'data', 'x')
          expect(resolve(root, path)).to.equal(join(root, path))
          expect(resolve(root, path).startsWith(root + sep)).to.equal(true)
        }
        expect(path).not.to.match(/(^|\/)node_modules\/quorate(\/|$)/i)
      }),
      { numRuns: 5000 },
    )
  })

  it('is of one file, in its place', () => {
    expect(flawOfPaths(['A', 'a/b', 'b'])).to.match(/"A" is a file and a folder/)
    expect(flawOfPaths(['a', 'a'])).to.match(/in order, each once/)
    expect(flawOfPaths(['b', 'a'])).to.match(/in order, each once/)
    expect(flawOfPaths(['A', 'a'])).to.match(/but for case/)
    expect(flawOfPaths(['e\u0301', '\u00e9'])).to.match(/but for case/)
    expect(flawOfPaths(['a', 'a/b'])).to.match(/a file and a folder/)
    expect(flawOfPaths(['a', 'a-b', 'a/b'])).to.match(/a file and a folder/)
    expect(flawOfPaths(['a-b', 'a/b', 'ab'])).to.equal(undefined)
  })
})
