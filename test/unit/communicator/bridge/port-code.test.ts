import { expect } from 'chai'
import { codeOf, codeOverBridge, textOf } from '../../../../communicator/bridge/port-code.js'
import { SessionError } from '../../../../communicator/sessions/index.js'
import { PortError } from '../../../../ports/index.js'

describe('why what was asked over a bridge failed', () => {
  it('is told in the codes of ports', () => {
    expect(codeOf(new SessionError('session-unreachable', 'away'))).to.equal('not-connected')
    expect(codeOf(new SessionError('session-late', 'late'))).to.equal('timeout')
    expect(codeOf(new SessionError('session-lost', 'lost'))).to.equal('peer-lost')
    expect(codeOf(new SessionError('session-refused', 'no', { remoteCode: 'busy' }))).to.equal('busy')
    expect(codeOf(new SessionError('session-refused', 'no'))).to.equal('session-refused')
    expect(codeOf(new Error('anything'))).to.equal('remote')
  })

  it('is read from what the asker is told', () => {
    const text = textOf(new SessionError('session-late', 'a: b: c'))
    const told = new PortError('remote', `asking.questions: x answered with an error: ${text}`)
    expect(codeOverBridge(told)).to.equal('timeout')
    expect(codeOverBridge(new PortError('remote', 'x answered with an error: no such thing'))).to.equal(
      undefined,
    )
    expect(codeOverBridge(new PortError('timeout', 'x answered with an error: busy: y'))).to.equal(undefined)
    expect(codeOverBridge('busy')).to.equal(undefined)
  })
})
