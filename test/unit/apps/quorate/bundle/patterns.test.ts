import { expect } from 'chai'
import { matcherOf } from '../../../../../apps/quorate/bundle/patterns.js'

const PATHS = ['a.json', 'data/a.json', 'data/b.txt', 'data/deep/c.json', 'database/d.json', 'x+(1).txt']

describe('patterns of files that are shipped', () => {
  const meant: readonly (readonly [pattern: string, paths: readonly string[]])[] = [
    ['data', ['data/a.json', 'data/b.txt', 'data/deep/c.json']],
    ['./data/', ['data/a.json', 'data/b.txt', 'data/deep/c.json']],
    ['data/*', ['data/a.json', 'data/b.txt', 'data/deep/c.json']],
    ['data/*.json', ['data/a.json']],
    ['**/*.json', ['a.json', 'data/a.json', 'data/deep/c.json', 'database/d.json']],
    ['data/**', ['data/a.json', 'data/b.txt', 'data/deep/c.json']],
    ['data/**/c.json', ['data/deep/c.json']],
    ['a.json', ['a.json']],
    ['x+(1).txt', ['x+(1).txt']],
    ['nope', []],
  ]
  for (const [pattern, paths] of meant) {
    it(`${pattern} means ${paths.join(', ') || 'none'}`, () => {
      expect(PATHS.filter(matcherOf(pattern))).to.deep.equal(paths)
    })
  }

  it('lead nowhere else', () => {
    for (const pattern of ['../x', '/etc/passwd', 'a/../..', '', '.', 'a//b']) {
      expect(() => matcherOf(pattern), pattern).to.throw(/give a path from the folder of the app/)
    }
  })
})
