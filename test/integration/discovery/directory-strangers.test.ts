/** What a directory says of strangers that come again and again. Over loopback. */
import { expect } from 'chai'
import { DirectoryServer } from '../../../discovery/index.js'
import { createSockets, encode, newLinkId } from '../../../ports/index.js'
import { newRecord } from '../../compliance/discovery.js'
import { eventually } from '../../support/eventually.js'

/** The longest name of a connection that ZeroMQ takes. */
const NAME_BYTES = 255

describe('a directory and strangers', () => {
  const sockets = createSockets()
  const notices: string[] = []
  let server: DirectoryServer
  let port = 0

  beforeEach(async () => {
    notices.length = 0
    const record = newRecord({ actor: 'Server' })
    const notice = (what: string, text: string) => notices.push(`${what}: ${text}`)
    const events = { hello: () => undefined, notice }
    const self = () => ({ ...record, port: port || 1 })
    server = new DirectoryServer({ sockets, host: '127.0.0.1', self, events })
    port = await server.open()
  })
  afterEach(() => server.close())
  after(() => sockets.closeAll())

  /** Connects by this name, sends the frames, of which the last is refused, and is gone. */
  async function come(routingId: Buffer, ...frames: Buffer[]): Promise<void> {
    const stranger = sockets.dealer({ routingId })
    const connected = new Promise<void>((resolve) => stranger.events.on('handshake', () => resolve()))
    stranger.connect(`tcp://127.0.0.1:${port}`)
    await connected
    const before = server.refused
    for (const frame of frames) await stranger.send(frame)
    await eventually(() => server.refused > before, 'the frame is refused')
    sockets.close(stranger)
  }

  it('notices the garbage of all of them together, in short lines, at ten times as many each', async () => {
    for (let n = 0; n < 25; n++) await come(Buffer.alloc(NAME_BYTES, 0x41 + n), Buffer.from('hi'))
    const words = (id: string): string => `garbage: the directory refused a frame of connection ${id}…`
    expect(notices).to.deep.equal([
      `${words('41'.repeat(16))}: no directory frame`,
      `${words('4a'.repeat(16))}: no directory frame; those of strangers are 10 by now`,
    ])
    expect(server.refused).to.equal(25)
  })

  it('notices the garbage of an actor once, however often it connects', async () => {
    await come(Buffer.alloc(NAME_BYTES, 0x41), Buffer.from('hi'))
    const self = newRecord({ port: 1 })
    const hello = frameOf({ t: 'hello', wire: [1], role: 'peer', key: '', self })
    for (let n = 0; n < 3; n++) await come(newLinkId(self.id), hello, Buffer.from('hi'))
    expect(notices).to.have.length(2)
    expect(notices[1]).to.match(new RegExp(`connection [0-9a-f]{16}${self.id}: no directory frame$`))
  })

  it('notices once what it refuses nameless clients for', async () => {
    const newer = frameOf({ t: 'hello', wire: [2], role: 'observer', key: '' })
    for (let n = 0; n < 3; n++) await come(Buffer.alloc(NAME_BYTES, 0x61 + n), newer)
    expect(notices).to.deep.equal([
      `no-common-version: connection ${'61'.repeat(16)}… was refused: ` +
        'no common wire version: 1 here, 2 there; update the older of the two',
    ])
  })
})

function frameOf(value: object): Buffer {
  const { buffer, start, end } = encode(value, 'a message')
  return Buffer.concat([Buffer.from([0x71, 1]), buffer.subarray(start, end)])
}
