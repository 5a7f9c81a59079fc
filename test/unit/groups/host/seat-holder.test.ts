import { expect } from 'chai'
import { identity } from '../../../../groups/host/index.js'
import { hostLimits } from '../../../../groups/host/limits.js'
import { holderIn, holderLine } from '../../../../groups/host/seat-holder.js'

describe('what the holder of a seat says', () => {
  it('is understood, with the process and without, and is one short line', () => {
    const incarnation = 'f'.repeat(hostLimits.incarnationChars)
    const parameters = '~'.repeat(hostLimits.parameterChars)
    for (const process of [identity(), undefined]) {
      const line = holderLine({ incarnation, process, parameters })
      expect(line.indexOf('\n')).to.equal(line.length - 1)
      expect(line.length).to.be.below(hostLimits.seatAnswerBytes)
      expect(holderIn(line.slice(0, -1))).to.deep.equal({ incarnation, process, parameters })
    }
  })

  it('is understood where it says nothing of its group, as an older one does', () => {
    const said = holderIn('{"v":1,"incarnation":"a"}')
    expect(said).to.deep.equal({ incarnation: 'a', process: undefined, parameters: undefined })
  })

  it('is not believed where it is something else', () => {
    const process = {
      bootId: 'b',
      pidNamespace: 'p',
      timeNamespace: '',
      netNamespace: 'n',
      pid: 1,
      startTicks: 1,
    }
    const good = { v: 1, incarnation: 'a', process }
    expect(holderIn(JSON.stringify(good))?.incarnation).to.equal('a')
    const bad = [
      { ...good, v: 2 },
      { ...good, incarnation: '' },
      { ...good, incarnation: 'a'.repeat(hostLimits.incarnationChars + 1) },
      { ...good, incarnation: 7 },
      { ...good, process: { ...process, pid: 0 } },
      { ...good, process: { ...process, pid: '1' } },
      { ...good, process: { ...process, startTicks: -1 } },
      { ...good, process: 'mine' },
      { ...good, parameters: '' },
      { ...good, parameters: 2 },
      { ...good, parameters: 'quorum=2\n' },
      { ...good, parameters: 'q'.repeat(hostLimits.parameterChars + 1) },
      null,
      [],
    ]
    for (const value of bad)
      expect(holderIn(JSON.stringify(value)), JSON.stringify(value)).to.equal(undefined)
    for (const text of ['', '{', 'hello', '{"v":1']) expect(holderIn(text), text).to.equal(undefined)
  })
})
