// Takes a stream of bytes and counts it; gives back what comes on a connection that is to be an echo.

import { createServer } from 'node:net'
import { tell } from './channel.mjs'
import { options } from './task.mjs'

const { bytes: wanted } = options
const server = createServer({ noDelay: true }, (socket) => {
  let bytes = 0
  let firstMs = 0
  let part = Buffer.allocUnsafeSlow(1 << 20)
  let at = 0
  socket.once('data', (first) => {
    if (first[0] === 1) return socket.on('data', (chunk) => socket.write(chunk))
    firstMs = performance.now()
    socket.on('data', (chunk) => {
      bytes += chunk.length
      // Put together, as messages are.
      for (let from = 0; from < chunk.length; ) {
        const copied = chunk.copy(part, at, from)
        from += copied
        at += copied
        if (at === part.length) {
          part = Buffer.allocUnsafeSlow(1 << 20)
          at = 0
        }
      }
      if (bytes >= wanted) socket.end(String(performance.now() - firstMs))
    })
  })
  socket.on('error', () => socket.destroy())
})
server.listen(0, '127.0.0.1', () => tell({ type: 'listening', port: server.address().port }))
