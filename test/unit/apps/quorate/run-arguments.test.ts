import { expect } from 'chai'
import { findAppFile } from '../../../../apps/quorate/run-arguments.js'

describe('the arguments of quorate run', () => {
  it('have the app file first, but for options of the command itself and their values', () => {
    for (const before of ['', '--count 2', '--count=2 --json', '--help', '-h --interface --json', '--']) {
      const args = [...before.split(' ').filter(Boolean), 'app.ts', 'Actor', '--Ts', '50']
      expect(findAppFile(args), before).to.equal('app.ts')
    }
    expect(findAppFile([])).to.equal(undefined)
    expect(findAppFile(['--json'])).to.equal(undefined)
  })

  it('have no parameter of the app before its file, for only the app knows whether a value follows', () => {
    for (const option of ['--Ts', '--Ts=50', '-x']) {
      expect(() => findAppFile([option, '50', 'app.ts'])).to.throw(/no option .* come after its file/)
    }
  })
})
