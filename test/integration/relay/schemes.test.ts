/** A hub that is dialled, by each scheme that its address may have. */
import { createServer, type Server } from 'node:http'
import { text } from 'node:stream/consumers'
import { expect } from 'chai'
import { dialledHub } from '../../../control/relay/hub-url.js'
import { Exchange, HubLine } from '../../../control/relay/index.js'
import { CertificatesForTests } from '../../support/certificates.js'

const SCHEMES = ['stcp', 'satcp', 'grpcs', 'wss', 'tcp', 'atcp', 'grpc', 'ws']

describe('a hub that is dialled', function () {
  this.timeout(60_000)
  let certificates: CertificatesForTests
  let server: Server

  before(async () => {
    certificates = await CertificatesForTests.make()
    for (const name of ['plant', 'n1']) await certificates.paths(name)
    server = createServer((request, reply) => reply.end(`the hub, for ${request.url}`))
  })
  after(() => certificates.remove())

  for (const scheme of SCHEMES) {
    it(`is there by ${scheme}`, async () => {
      const hub = dialledHub(`${scheme}://127.0.0.1:0/plant`)
      if (typeof hub === 'string') throw new Error(hub)
      const tls = hub.isSecure ? certificates.folder : ''
      const serve = (stream: unknown): void => void server.emit('connection', stream)
      const exchange = new Exchange({ hub, tls, version: '1', serve, tell: () => undefined })
      await exchange.start()
      const bound = dialledHub(exchange.url)
      if (typeof bound === 'string') throw new Error(bound)
      const line = await HubLine.dial({ hub: bound, tls, name: 'n1' })
      try {
        await line.reached()
        const stream = await line.toHub()
        stream.end('GET /v1/x HTTP/1.1\r\nhost: hub\r\nconnection: close\r\n\r\n')
        expect(await text(stream)).to.contain('the hub, for /v1/x')
      } finally {
        await line.close()
        await exchange.stop()
      }
    })
  }
})
