/**
 * WebSocket at `/f3`, as F3 has it for `http` and `https`: one binary message is one frame, nothing is
 * compressed, nobody is pinged. A dialler in Python takes frames below 4 MiB (4,194,304 bytes), and closes
 * the connection at a longer one: towards such peers send large payloads in parts.
 *
 * Messages of who dials are masked, as the protocol wants it; within TLS, where nothing between the two ends
 * can see them, by a mask of zeros, which costs nothing.
 */
import type { Socket } from 'node:net'
import type { ClientOptions } from 'ws'
import {
  type ConnectorParams,
  type Driver,
  type ListenHandler,
  type Listening,
  Mode,
  type Pipe,
} from '../driver.js'
import { CommError } from '../errors.js'
import { commLimits } from '../limits.js'
import { tlsFor } from '../security/credentials.js'
import { dialOptions } from '../security/tls-options.js'
import { authority } from '../url.js'
import { dialled } from './address.js'
import { broken } from './pipe-end.js'
import { WebSocketListener } from './websocket-listener.js'
import { socketOptions, WEBSOCKET_PATH, WebSocketPipe } from './websocket-pipe.js'

export class WebSocketDriver implements Driver {
  readonly schemes = ['http', 'https']
  readonly secureSchemes = ['https']
  readonly capabilities = { sendHeartbeat: true, supportSsl: true }

  async connect(params: ConnectorParams, signal: AbortSignal): Promise<Pipe> {
    const { host, port } = dialled(params)
    const material = await tlsFor(params, Mode.ACTIVE)
    const { WebSocket } = await import('ws')
    signal.throwIfAborted()
    // No error, in the words of the library's types: names of hosts are not compared.
    const security: ClientOptions = material
      ? { ...dialOptions(material), checkServerIdentity: () => false }
      : {}
    const url = `${material ? 'wss' : 'ws'}://${authority(host, port)}${WEBSOCKET_PATH}`
    const options = { ...socketOptions, ...security, handshakeTimeout: commLimits.connectMs }
    return new Promise((resolve, reject) => {
      const socket = new WebSocket(url, options)
      let stream: Socket | undefined
      const abort = (): void => socket.terminate()
      signal.addEventListener('abort', abort)
      const fail = (error: Error): void => {
        signal.removeEventListener('abort', abort)
        reject(signal.aborted ? signal.reason : broken(error))
      }
      socket.once('error', fail)
      socket.once('upgrade', (response) => {
        stream = response.socket
      })
      socket.once('open', () => {
        signal.removeEventListener('abort', abort)
        if (stream) resolve(new WebSocketPipe(socket, stream, material ? 'zeros' : 'masked'))
        else fail(new CommError('ERROR', 'the WebSocket has no socket'))
        socket.off('error', fail)
      })
    })
  }

  listen(params: ConnectorParams, handler: ListenHandler): Promise<Listening> {
    return WebSocketListener.listen(params, handler)
  }
}
