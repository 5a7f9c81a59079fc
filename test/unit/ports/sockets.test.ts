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
    for (const socket of all) {
      const heartbeatInterval: unknown = Reflect.get(socket, 'heartbeatInterval')
      const tcpKeepalive: unknown = Reflect.get(socket, 'tcpKeepalive')
      expect({ heartbeatInterval, tcpKeepalive }).to.deep.equal({ heartbeatInterval: 0, tcpKeepalive: 1 })
    }
    sockets.closeAll()
  })
})
