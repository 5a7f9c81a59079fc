import { expect } from 'chai'
import { Command } from 'commander'
import { placeIn } from '../../../../../apps/quorate/completion/place.js'

const command = new Command('quorate x')
  .argument('<file>')
  .option('-f, --format <language>', '')
  .option('--loud [true|false]', '')
  .option('--json', '')

/** `option` before and typed, and what was given. */
function place(...words: string[]): string {
  const { option, before, typed, given, used, isArgument } = placeIn(command, words)
  const names = [...used].map(({ long }) => long).join()
  const mark = isArgument ? ' !' : ''
  return `${option?.long ?? '-'} ${before}|${typed} given ${given.join()} used ${names}${mark}`
}

describe('the place on a command line', () => {
  it('is an argument', () => {
    expect(place('')).to.equal('- | given  used ')
    expect(place('a', 'b', 'c')).to.equal('- |c given a,b used ')
    expect(place('--json', 'a', '')).to.equal('- | given a used --json')
    expect(place('--nope', 'a')).to.equal('- |a given  used ')
  })

  it('is the value of an option, or may be', () => {
    expect(place('--format', '')).to.equal('--format | given  used --format')
    expect(place('-f', 'm')).to.equal('--format |m given  used --format')
    expect(place('--format', '--json')).to.equal('--format |--json given  used --format')
    expect(place('--format=m')).to.equal('--format --format=|m given  used ')
    expect(place('--nope=m')).to.equal('- --nope=|m given  used ')
    expect(place('--loud', 't')).to.equal('--loud |t given  used --loud')
  })

  it('comes after values that were given', () => {
    expect(place('--format', 'dot', 'a')).to.equal('- |a given  used --format')
    expect(place('--format=dot', 'a', 'b')).to.equal('- |b given a used --format')
    expect(place('--loud', 'true', 'a', '')).to.equal('- | given a used --loud')
    expect(place('--loud', '--json', 'a', '')).to.equal('- | given a used --loud,--json')
  })

  it('is an argument, whatever it looks like, after --', () => {
    expect(place('--', '--json', '--format=')).to.equal('- |--format= given --json used  !')
  })
})
