/** Sessions of two communicators on loopback, by a way that a test can cut. */
import { Communicator, Endpoint, Mode } from '../../communicator/index.js'
import { Sessions, type SessionsOptions } from '../../communicator/sessions/index.js'
import { TcpProxy } from './tcp-proxy.js'

export interface SessionPair {
  /** It dials. */
  readonly near: Sessions
  /** It listens. */
  readonly far: Sessions
  readonly proxy: TcpProxy
  close(): Promise<void>
}

/** They are called `near` and `far`. */
export async function sessionPair(options: SessionsOptions = {}): Promise<SessionPair> {
  const far = new Communicator(new Endpoint('far'))
  const near = new Communicator(new Endpoint('near'))
  const farSessions = new Sessions(far, options)
  const nearSessions = new Sessions(near, options)
  const { connectUrl } = await far.startListener('tcp', { host: '127.0.0.1' })
  await far.start()
  const proxy = await TcpProxy.to(connectUrl)
  await near.addConnector(proxy.endpoint, Mode.ACTIVE)
  await near.start()
  return {
    near: nearSessions,
    far: farSessions,
    proxy,
    close: async () => {
      await Promise.all([nearSessions.close(), farSessions.close()])
      await Promise.all([near.stop(), far.stop()])
      proxy.close()
    },
  }
}
