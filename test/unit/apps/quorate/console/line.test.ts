import { expect } from 'chai'
import {
  argumentsIn,
  LineError,
  linesIn,
  typed,
  valueIn,
  wordsOf,
} from '../../../../../apps/quorate/console/line.js'

function texts(line: string): string[] {
  return wordsOf(line).map(({ text }) => text)
}

function argumentsOf(line: string): unknown {
  return argumentsIn(wordsOf(line))
}

function readAs(text: string): unknown {
  return valueIn({ text, isQuoted: false })
}

describe('the words of a line', () => {
  it('stand between blanks, of which there may be any', () => {
    expect(texts('set  rate\t5 ')).to.deep.equal(['set', 'rate', '5'])
    expect(texts(' \t ')).to.deep.equal([])
    expect(wordsOf('a  bc').map(({ start }) => start)).to.deep.equal([0, 3])
  })

  it('are one where quotes say so, of either kind, also within a word', () => {
    expect(texts(`say "a b" 'c "d"'`)).to.deep.equal(['say', 'a b', 'c "d"'])
    expect(texts(`name="a b"'c d'e`)).to.deep.equal(['name=a bc de'])
    expect(wordsOf('a "" b').map(({ text, isQuoted }) => [text, isQuoted])).to.deep.equal([
      ['a', false],
      ['', true],
      ['b', false],
    ])
  })

  it('end at a comment, which begins a word', () => {
    expect(texts('stop # all of it, "really')).to.deep.equal(['stop'])
    expect(texts('colour=#ff0000 "#"')).to.deep.equal(['colour=#ff0000', '#'])
  })

  it('end with a JSON, which goes on to the end of the line', () => {
    expect(texts('call x {"a": "b c"} ')).to.deep.equal(['call', 'x', '{"a": "b c"}'])
    expect(texts('call x [1, 2] # no comment')).to.deep.equal(['call', 'x', '[1, 2] # no comment'])
    expect(texts('a{b')).to.deep.equal(['a{b'])
  })

  it('are none where a quote does not end, and it is said which', () => {
    expect(() => wordsOf('say "all')).to.throw(LineError, 'the quote at character 5 does not end')
    expect(() => wordsOf(`say "a"'b`)).to.throw(LineError, 'the quote at character 8 does not end')
  })

  it('are read however long the line is', () => {
    expect(wordsOf('x '.repeat(300_000))).to.have.length(300_000)
    expect(texts(`say "${'y'.repeat(2_000_000)}"`)[1]).to.have.length(2_000_000)
    expect(() => wordsOf(`"${'y'.repeat(2_000_000)}`)).to.throw(LineError)
  })
})

describe('lines between which a semicolon stands', () => {
  it('are parted by it, and by no other sign', () => {
    expect(linesIn('start; wait ready;stop')).to.deep.equal(['start', ' wait ready', 'stop'])
    expect(linesIn('one line')).to.deep.equal(['one line'])
    expect(linesIn('')).to.deep.equal([''])
    expect(linesIn(';;')).to.deep.equal(['', '', ''])
  })

  it('are not parted within quotes, nor in a text of a JSON', () => {
    expect(linesIn(`say text="a; b"; say 'c; "d'; stop`)).to.deep.equal([
      'say text="a; b"',
      ` say 'c; "d'`,
      ' stop',
    ])
    expect(linesIn(String.raw`say {"text": "a; \"b; it's"}; stop`)).to.deep.equal([
      String.raw`say {"text": "a; \"b; it's"}`,
      ' stop',
    ])
    expect(linesIn(`a;{"b": "it's"};c`)).to.deep.equal(['a', `{"b": "it's"}`, 'c'])
  })

  it('end a comment, whatever stands in it', () => {
    expect(linesIn(`stop # don't; start`)).to.deep.equal([`stop # don't`, ' start'])
  })

  it('lose nothing, also where a quote does not end', () => {
    for (const text of ['say "a; b', `{"a": "b; c`, `it's; a`, 'a#b;c', '{;{;[', '\\;"\\"', '\n;\u2028']) {
      expect(linesIn(text).join(';')).to.equal(text)
    }
    expect(linesIn('x;'.repeat(200_000))).to.have.length(200_001)
    expect(linesIn(`{${'"a;" '.repeat(100_000)}`)).to.have.length(1)
  })
})

describe('arguments', () => {
  it('are pairs of name and value, or one JSON', () => {
    expect(argumentsOf('Ts=5 name="a b" on=true none=null')).to.deep.equal({
      ...{ Ts: 5, name: 'a b', on: true, none: null },
    })
    expect(argumentsOf('{"Ts": 5}')).to.deep.equal({ Ts: 5 })
    expect(argumentsOf('[1, {"a": 2}]')).to.deep.equal([1, { a: 2 }])
    expect(argumentsOf('')).to.equal(undefined)
  })

  it('keep all that follows the first equals sign', () => {
    expect(argumentsOf('where=a=b empty= "n=1 2"')).to.deep.equal({ where: 'a=b', empty: '', n: '1 2' })
  })

  it('are refused where they are neither, in words', () => {
    expect(() => argumentsOf('five')).to.throw(LineError, 'five is no argument; write name=value')
    expect(() => argumentsOf('=5')).to.throw(LineError, 'is no argument')
    expect(() => argumentsOf('{"a": ')).to.throw(LineError, 'this is no JSON')
    expect(() => argumentsOf(`'{"a":1}' b=2`)).to.throw(LineError, 'nothing may follow the JSON')
  })

  it('make no member of an object what all objects inherit', () => {
    const given = argumentsOf('__proto__=5 constructor=6')
    expect(JSON.stringify(given)).to.equal('{"__proto__":5,"constructor":6}')
    expect(Object.getPrototypeOf(given)).to.equal(Object.prototype)
  })
})

describe('a value', () => {
  it('is JSON where it is some, else a text', () => {
    expect(['5', '-1.5e3', 'true', 'null', '"a"'].map(readAs)).to.deep.equal([5, -1500, true, null, 'a'])
    expect(['', 'soft', '007', '0x10', '+5', 'NaN', '1,5', '{a'].map(readAs)).to.deep.equal([
      '',
      'soft',
      '007',
      '0x10',
      '+5',
      'NaN',
      '1,5',
      '{a',
    ])
  })

  it('is a text where it stands in quotes', () => {
    expect(argumentsOf('id="5" on="true"')).to.deep.equal({ id: '5', on: 'true' })
  })

  it('is a text where as a number it would be another', () => {
    expect(['1e999', '-1e999', '12345678901234567890', '9007199254740993'].map(readAs)).to.deep.equal([
      ...['1e999', '-1e999', '12345678901234567890', '9007199254740993'],
    ])
    expect(readAs('9007199254740991')).to.equal(Number.MAX_SAFE_INTEGER)
    expect(readAs('1e300')).to.equal(1e300)
  })

  it('is typed so that it is read as the same, in quotes where it must', () => {
    const values = ['soft', 'a b', '5', 'true', '#1', '{x', '', `it's`, 'say "a b"', 5, true, null]
    const words = values.map(typed)
    expect(
      words.map((word) => valueIn(wordsOf(word ?? '')[0] ?? { text: '?', isQuoted: true })),
    ).to.deep.equal(values)
    expect(words.slice(0, 3)).to.deep.equal(['soft', '"a b"', '"5"'])
    expect([`"'`, { a: 1 }, [1]].map(typed)).to.deep.equal([undefined, undefined, undefined])
  })
})
