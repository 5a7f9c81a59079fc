import { expect } from 'chai'
import { textOfEvent } from '../../../runtime/event-text.js'

const ID = '67b9761a01234567'
const SHORT = '67b9761a'

describe('the line for an event', () => {
  const lineOf = (event: Record<string, unknown>): string | undefined => textOfEvent(event)?.text

  it('shows ids by the same eight digits wherever an actor is named', () => {
    expect(lineOf({ event: 'ready', id: ID, ports: 4, directory: '10.0.0.1:5' })).to.equal(
      `ready: id ${SHORT}, 4 ports, directory 10.0.0.1:5`,
    )
    expect(lineOf({ event: 'connected', peer: ID, peerActor: 'Meter' })).to.equal(
      `connected to Meter (${SHORT})`,
    )
    expect(lineOf({ event: 'disconnected', peer: ID, peerActor: 'Meter', why: 'it stopped' })).to.equal(
      `disconnected from Meter (${SHORT}): it stopped`,
    )
  })

  it('says that an actor stops, and that it stopped', () => {
    expect(textOfEvent({ event: 'stopping', id: ID })).to.deep.equal({ text: 'stopping', tone: 'quiet' })
    expect(textOfEvent({ event: 'stopped', id: ID })).to.deep.equal({ text: 'stopped', tone: 'quiet' })
  })

  it('says how often something was not told again', () => {
    expect(lineOf({ event: 'error', component: 'c', msg: 'x threw: y', again: 7 })).to.equal(
      'error: c: x threw: y, and 7 times more since it was last told',
    )
    expect(lineOf({ event: 'log', level: 'warn', msg: 'gap' })).to.equal('warning: gap')
  })
})
