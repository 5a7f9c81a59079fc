/**
 * gRPC: each connection is a call of `streamer.Streamer/Stream`, each frame a message of it. The library is
 * loaded with the first of them. Where F3 tells `peer_addr` as `ipv4:10.0.0.5:4711`, to who listens, this
 * does too.
 *
 * A dialler takes what comes from its listener up to the longest frame, even before the handshake: the
 * library collects it, and shows its socket to nobody.
 */
import { isIP } from 'node:net'
import { createSecureContext } from 'node:tls'
import type { Client, ClientDuplexStream, StatusObject } from '@grpc/grpc-js'
import {
  type ConnectionFacts,
  type ConnectorParams,
  type Driver,
  type ListenHandler,
  type Listening,
  Mode,
  type Pipe,
} from '../driver.js'
import { CommError } from '../errors.js'
import { commLimits } from '../limits.js'
import { commonNameOf } from '../security/common-name.js'
import { tlsFor } from '../security/credentials.js'
import { dialOptions } from '../security/tls-options.js'
import { authority } from '../url.js'
import { dialled } from './address.js'
import { decodeGrpcFrame, ENVELOPE_BYTES, GRPC_PATH } from './grpc-frame.js'
import { GrpcListener } from './grpc-listener.js'
import { GrpcPipe } from './grpc-pipe.js'

const OPTIONS = {
  'grpc.max_receive_message_length': commLimits.frameBytes + ENVELOPE_BYTES,
  'grpc.max_send_message_length': -1,
  'grpc-node.flow_control_window': commLimits.windowBytes,
  'grpc.enable_channelz': 0,
  // A connection of its own, which is not tried again behind the connector's back, nor led elsewhere.
  'grpc.use_local_subchannel_pool': 1,
  'grpc.enable_retries': 0,
  'grpc.enable_http_proxy': 0,
  'grpc.service_config_disable_resolution': 1,
}

/** What the library adds to each reason: when it was, and what the names of hosts did. */
const NOISE = / \(\d{4}-[^)]*Z\)|\.? ?Resolution note: .*$/gs

type Call = ClientDuplexStream<Buffer, Buffer>
type Facts = { peer_addr: string; peer_cn?: string }

export class GrpcDriver implements Driver {
  readonly schemes = ['grpc', 'grpcs']
  readonly secureSchemes = ['grpcs']
  readonly capabilities = { sendHeartbeat: true, supportSsl: true }

  async connect(params: ConnectorParams, signal: AbortSignal): Promise<Pipe> {
    const { host, port } = dialled(params)
    const target = authority(host, port)
    const facts: Facts = { peer_addr: target }
    const client = await clientOf(params, facts)
    try {
      signal.throwIfAborted()
      const call = client.makeBidiStreamRequest<Buffer, Buffer>(GRPC_PATH, asItIs, decodeGrpcFrame)
      return await opened({ client, call, facts }, signal)
    } catch (error) {
      client.close()
      throw error
    }
  }

  listen(params: ConnectorParams, handler: ListenHandler): Promise<Listening> {
    return GrpcListener.listen(params, handler)
  }
}

function asItIs(bytes: Buffer): Buffer {
  return bytes
}

async function clientOf(params: ConnectorParams, facts: Facts): Promise<Client> {
  const { host, port } = dialled(params)
  const material = await tlsFor(params, Mode.ACTIVE)
  const { Client, credentials } = await import('@grpc/grpc-js')
  const target = `dns:${authority(host, port)}`
  if (!material) return new Client(target, credentials.createInsecure(), OPTIONS)
  const security = credentials.createFromSecureContext(createSecureContext(dialOptions(material)), {
    // Not compared with the name of the host: whose certificate it is tells the name in it.
    checkServerIdentity: (_host, certificate) => {
      facts.peer_cn = commonNameOf(certificate)
      return undefined
    },
  })
  // Addresses are no names of hosts for TLS.
  const name = isIP(host) ? { 'grpc.ssl_target_name_override': 'localhost' } : {}
  return new Client(target, security, { ...OPTIONS, ...name })
}

interface Dialling {
  readonly client: Client
  readonly call: Call
  readonly facts: ConnectionFacts
}

/** Resolves when there is a connection: a listener answers only what it is sent. */
function opened({ client, call, facts }: Dialling, signal: AbortSignal): Promise<Pipe> {
  return new Promise((resolve, reject) => {
    let pipe: GrpcPipe | undefined
    const cut = (): void => {
      call.cancel()
      client.close()
    }
    const abort = (): void => {
      cut()
      reject(signal.reason)
    }
    signal.addEventListener('abort', abort)
    // Told once more, with its status.
    call.on('error', () => undefined)
    call.on('status', (status) => {
      signal.removeEventListener('abort', abort)
      client.close()
      const error = errorOf(status)
      if (!pipe) reject(error ?? new CommError('CLOSED', `${facts.peer_addr} ended the call`))
      else if (error || call.readableEnded) pipe.over(error)
      else call.once('end', () => pipe?.over())
    })
    client.waitForReady(Date.now() + commLimits.connectMs, (error) => {
      signal.removeEventListener('abort', abort)
      if (error) {
        cut()
        reject(new CommError('TIMEOUT', `no gRPC at ${facts.peer_addr} within ${commLimits.connectMs} ms`))
        return
      }
      pipe = new GrpcPipe(call, facts, { cut })
      resolve(pipe)
    })
  })
}

/** undefined where the listener meant to end. */
function errorOf({ code, details }: StatusObject): CommError | undefined {
  if (code === 0) return undefined
  return new CommError('CLOSED', `gRPC ended with status ${code}: ${details.replace(NOISE, '')}`)
}
