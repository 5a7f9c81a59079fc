import { expect } from 'chai'
import { limits } from '../../../ports/limits.js'
import { connect } from '../../../ports/socket-calls.js'

/** A socket whose first attempts a signal interrupts. */
function interrupted(times: number) {
  const endpoints: string[] = []
  return {
    endpoints,
    connect(endpoint: string): void {
      endpoints.push(endpoint)
      if (endpoints.length <= times) throw Object.assign(new Error('Interrupted'), { code: 'EINTR' })
    },
  }
}

describe('connect()', () => {
  it('tries again where a signal came amid it, so often and no more', () => {
    const socket = interrupted(3)
    connect(socket, 'tcp://127.0.0.1:1')
    expect(socket.endpoints).to.have.length(4)
    expect(() => connect(interrupted(Number.POSITIVE_INFINITY), 'x')).to.throw('Interrupted')
    const most = interrupted(limits.callAttempts - 1)
    connect(most, 'x')
    expect(most.endpoints).to.have.length(limits.callAttempts)
  })

  it('throws at once what another attempt would not mend', () => {
    let calls = 0
    const refusing = {
      connect(): void {
        calls++
        throw Object.assign(new Error('no'), { code: 'EINVAL' })
      },
    }
    expect(() => connect(refusing, 'x')).to.throw('no')
    expect(calls).to.equal(1)
  })
})
