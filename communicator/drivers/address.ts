/** Which address the parameters of a connector mean, to dial and to listen at. */
import type { Server } from 'node:net'
import type { ConnectorParams } from '../driver.js'
import { CommError } from '../errors.js'
import { authority } from '../url.js'

export interface HostAndPort {
  readonly host: string
  readonly port: number
}

/** The host that is all addresses stands for this host. @throws CommError `BAD_CONFIG` without a port */
export function dialled({ url, host, port }: ConnectorParams): HostAndPort {
  if (Number(port) > 0) return { host: host === '' ? 'localhost' : host, port: Number(port) }
  throw new CommError('BAD_CONFIG', `${url} has no port to connect to; give it as ${url}:8020`)
}

/** What to bind; '' and no port are all addresses and a free one. */
export function bound({ host, port }: ConnectorParams): { readonly host?: string; readonly port: number } {
  return host === '' ? { port: Number(port) } : { host, port: Number(port) }
}

/** The URL of what was bound. */
export function urlOf({ scheme, host }: ConnectorParams, server: Server): string {
  const address = server.address()
  const port = address !== null && typeof address === 'object' ? address.port : 0
  return `${scheme}://${authority(host === '' ? '0' : host, port)}`
}
