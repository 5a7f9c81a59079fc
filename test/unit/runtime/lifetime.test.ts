import { inspect } from 'node:util'
import { expect } from 'chai'
import { OperationError, PortError, portLimits } from '../../../ports/index.js'
import { describeError, describeThrown, isOfTheStop } from '../../../runtime/lifetime.js'

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

  it('shows what is no error, as far as that is short', () => {
    expect(describeThrown({ a: 1, b: { c: { d: { e: 2 } } } })).to.equal(
      '{ a: 1, b: { c: { d: [Object] } } }',
    )
    expect(describeThrown([null, 1n])).to.equal('[ null, 1n ]')
    expect(describeThrown({ text: 'one\ntwo' })).to.equal("{ text: 'one\\ntwo' }")
    const many = describeThrown(Object.fromEntries(Array.from({ length: 1000 }, (_, n) => [`key${n}`, n])))
    expect(many).to.match(/^{ key0: 0, .*…$/)
    expect(many).to.have.length(portLimits.foreignText + 1)
  })

  it('says what a promise was rejected with, where Node has made an error of it', () => {
    const text = 'This error originated …. The promise rejected with the reason "undefined".'
    const error = Object.assign(new Error(text), { code: 'ERR_UNHANDLED_REJECTION', stack: '' })
    expect(describeThrown(error)).to.equal('rejected with undefined')
    expect(describeThrown(Object.assign(new Error(text), { stack: '' }))).to.equal(text)
  })

  it('is told of whatever was thrown', () => {
    const hostile = {
      [inspect.custom]: () => {
        throw new Error('no')
      },
    }
    expect(describeThrown(hostile)).to.equal('something that has no text')
    expect(describeThrown(Object.create(null))).to.equal('[Object: null prototype] {}')
    expect(describeThrown(Object.assign(new Error('x'), { message: undefined, stack: [] }))).to.equal(
      'undefined',
    )
  })

  it('is held by an event with the class that it is of', () => {
    class Fault extends Error {}
    expect(describeError(new PortError('closed', 'x'))).to.deep.include({
      ...{ type: 'PortError', name: 'PortError', message: 'x', code: 'closed' },
    })
    expect(describeError(new Fault('x'))).to.deep.include({ type: 'Fault', name: 'Error' })
    for (const made of [undefined, null, {}, 'x', class {}]) {
      const odd = Object.assign(new RangeError('x'), { constructor: made })
      expect(describeError(odd)).to.deep.include({ name: 'RangeError' })
    }
    expect(describeError('a word')).to.deep.equal({ message: 'a word' })
  })

  it('is one line', () => expect(describeThrown('one\n  two\r\nthree')).to.equal('one two three'))

  it('is of the stop where a port was closed, or a peer stopped a moment before', () => {
    expect(isOfTheStop(new PortError('peer-lost', 'x'))).to.equal(true)
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
