import { expect } from 'chai'
import { createSockets, newLinkId } from '../../../ports/index.js'

describe('sockets', () => {
  it('have no heartbeats of ZeroMQ: an unread peer that goes would abort the process', () => {
    const sockets = createSockets()
    const all = [
      sockets.publisher(),
      sockets.subscriber(),
      sockets.dealer({ routingId: newLinkId('0123456789abcdef') }),
      sockets.router(),
    ]
    for (const { heartbeatInterval, tcpKeepalive } of all) {
      expect({ heartbeatInterval, tcpKeepalive }).to.deep.equal({ heartbeatInterval: 0, tcpKeepalive: 1 })
    }
    sockets.closeAll()
  })
})
