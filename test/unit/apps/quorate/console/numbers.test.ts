import { expect } from 'chai'
import { LineError } from '../../../../../apps/quorate/console/line.js'
import { kindNumber, topicNumber } from '../../../../../apps/quorate/console/numbers.js'

describe('topics and kinds of events', () => {
  it('are known by name and number', () => {
    expect([topicNumber('event'), topicNumber('PROPERTY_CHANGE'), topicNumber('7')]).to.deep.equal([
      ...[4001, 5001, 7],
    ])
    expect([kindNumber('leader-elected'), kindNumber('9100')]).to.deep.equal([9011, 9100])
  })

  it('are told where there is none of that name', () => {
    expect(() => topicNumber('nope')).to.throw(LineError, 'no topic "nope"; give a number, or any, heartbeat')
    for (const odd of ['', '-1', '1.5', 'constructor', '__proto__', '12345678901']) {
      expect(() => kindNumber(odd), odd).to.throw(LineError, 'there is no kind of event')
    }
  })
})
