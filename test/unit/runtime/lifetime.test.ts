import { expect } from 'chai'
import { OperationError, PortError } from '../../../ports/index.js'
import { describeThrown, isOfTheStop } from '../../../runtime/lifetime.js'

/** An error with a stack of these frames, innermost first. */
function errorAt(message: string, ...frames: string[]): Error {
  return Object.assign(new Error(message), { stack: [`Error: ${message}`, ...frames].join('\n') })
}

const OWN = new URL('../../../runtime/actor.ts:1:2', import.meta.url).href
const NODE = '    at listOnTimeout (node:internal/timers:581:17)'
const PACKAGE = '    at parse (file:///app/node_modules/zod/index.js:4:5)'

describe('what was thrown, in a line', () => {
  it('names the innermost place that is the user’s', () => {
    const frames = [NODE, `    at emit (${OWN})`, PACKAGE, '    at Timeout.tick (file:///app/main.ts:7:9)']
    expect(describeThrown(errorAt('boom', ...frames))).to.equal('boom (/app/main.ts:7:9)')
    expect(describeThrown(errorAt('boom', '    at /app/main.js:7:9'))).to.equal('boom (/app/main.js:7:9)')
    expect(describeThrown(errorAt('boom', '    at async file:///app/a.ts:1:2'))).to.equal(
      'boom (/app/a.ts:1:2)',
    )
    expect(describeThrown(errorAt('boom', '    at x (/app/with (brackets)/a.ts:1:2)'))).to.match(/^boom/)
  })

  it('names none where there is none', () => {
    expect(describeThrown(errorAt('boom', NODE, PACKAGE, `    at ${OWN}`))).to.equal('boom')
    expect(describeThrown('a word')).to.equal('a word')
    expect(describeThrown(undefined)).to.equal('undefined')
  })

  it('is told of whatever was thrown', () => {
    expect(describeThrown(Object.create(null))).to.equal('something that has no text')
    expect(describeThrown(Object.assign(new Error('x'), { message: undefined, stack: [] }))).to.equal(
      'undefined',
    )
  })

  it('is one line', () => expect(describeThrown('one\n  two\r\nthree')).to.equal('one two three'))

  it('is of the stop where a port was closed', () => {
    expect(isOfTheStop(new OperationError('not-open', 'x'))).to.equal(true)
    expect(isOfTheStop(new PortError('closed', 'x'))).to.equal(true)
    expect(isOfTheStop(new PortError('timeout', 'x'))).to.equal(false)
    expect(isOfTheStop(Object.assign(new Error('x'), { code: 'closed' }))).to.equal(false)
  })

  it('is of the stop where a thread threw it, which leaves its class behind', () => {
    const copy = Object.assign(new Error('x'), { name: 'PortError', code: 'closed', retryable: false })
    expect(isOfTheStop(copy)).to.equal(true)
  })
})
