/** Another process that introduces itself to an actor, knocks at its door, and tells when it was let in. */

import { connect, createSockets } from '../../../../ports/index.js'
import { introductionOf } from '../../../../ports/security/index.js'

interface Task {
  readonly keys: { readonly publicKey: string; readonly secretKey: string }
  readonly certificate: string
  readonly peerKey: string
  readonly introduceAt: string
  readonly knockAt: string
}

process.once('message', (task: Task) => {
  const { keys, certificate, peerKey, introduceAt, knockAt } = task
  const plain = createSockets()
  const locked = createSockets({ keys: () => keys, domain: () => '' })
  const stranger = plain.dealer({ routingId: Buffer.alloc(16, 1) })
  stranger.events.on('handshake', () => {
    void stranger.send(introductionOf(Buffer.from(certificate, 'base64url')))
  })
  connect(stranger, introduceAt)
  void stranger.receive().then(() => {
    const guest = locked.dealer({ routingId: Buffer.alloc(16, 2), peerKey })
    guest.events.on('handshake', () => {
      process.send?.({ admittedAt: Date.now() })
      locked.closeAll()
      plain.closeAll()
      process.disconnect()
    })
    connect(guest, knockAt)
  })
})
process.send?.('ready')
