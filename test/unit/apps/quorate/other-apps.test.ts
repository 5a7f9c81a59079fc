import { expect } from 'chai'
import { commandLimits } from '../../../../apps/quorate/limits.js'
import { appNamed, noneOf } from '../../../../apps/quorate/other-apps.js'

describe('an app that is looked for in vain', () => {
  it('is told with those that are there instead', () => {
    expect(noneOf('nope', ['meters'])).to.equal('no actor of nope was found; there is meters')
    expect(noneOf('nope', ['meters', 'talk'])).to.equal('no actor of nope was found; there are meters, talk')
  })

  it('is told with so many of them and no more, none of which steers the terminal', () => {
    const many = Array.from({ length: commandLimits.appsTold + 1 }, (_, at) => `app${at}`)
    expect(noneOf('nope', many)).to.match(/; there are app0, .*, app9, …$/)
    expect(noneOf('nope', many.slice(1))).to.match(/; there are app1, .*, app10$/)
    expect(noneOf('nope', ['a\u001b[2J'])).to.match(/; there is a\?\[2J$/)
  })

  it('is named with the place that names it, where that is not the command line', () => {
    expect(appNamed('meters', { kind: 'flag', where: '--app' })).to.equal('meters')
    expect(appNamed('meters', { kind: 'environment', where: 'QUORATE_APP' })).to.equal('meters (QUORATE_APP)')
    expect(appNamed('meters', { kind: 'file', where: 'quorate.yaml:3' })).to.equal('meters (quorate.yaml:3)')
  })
})
