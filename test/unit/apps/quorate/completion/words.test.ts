import { expect } from 'chai'
import fc from 'fast-check'
import { wordsOf } from '../../../../../apps/quorate/completion/words.js'

describe('the words of an unfinished line', () => {
  it('are those of a shell', () => {
    const lines: readonly [line: string, words: string[]][] = [
      ['', ['']],
      ['quorate', ['quorate']],
      ['quorate ', ['quorate', '']],
      ['  quorate   run  a', ['quorate', 'run', 'a']],
      ['a "b c" \'d e\' f\\ g', ['a', 'b c', 'd e', 'f g']],
      ['a b"c d"e', ['a', 'bc de']],
      ['a "b \\" c" \'\\', ['a', 'b " c', '\\']],
      ['a "b c', ['a', 'b c']],
      ["a 'b c", ['a', 'b c']],
      ['a ""', ['a', '']],
      ['a "" b', ['a', '', 'b']],
      ['--discovery=static:1.2.3.4:7000,', ['--discovery=static:1.2.3.4:7000,']],
      ['a b\\', ['a', 'b\\']],
    ]
    for (const [line, words] of lines) expect(wordsOf(line), line).to.deep.equal(words)
  })

  it('are there, one at least, whatever the line is', () => {
    fc.assert(fc.property(fc.string({ unit: 'grapheme' }), (line) => wordsOf(line).length > 0))
  })

  it('are what was quoted, however it was', () => {
    const quote = (word: string) => `'${word.replaceAll("'", "'\\''")}'`
    const escaped = (word: string) => word.replaceAll(/[^\w]/gu, (each) => `\\${each}`)
    const word = fc.string({ minLength: 1, unit: 'grapheme-ascii' })
    fc.assert(
      fc.property(fc.array(word, { minLength: 1 }), (words) => {
        expect(wordsOf(words.map(quote).join(' '))).to.deep.equal(words)
        expect(wordsOf(words.map(escaped).join(' '))).to.deep.equal(words)
      }),
    )
  })
})
