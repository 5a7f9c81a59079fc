/** Which driver serves a URL scheme: those that are here, and those of users. */
import type { Driver } from './driver.js'
import { GrpcDriver } from './drivers/grpc.js'
import { InprocDriver } from './drivers/inproc.js'
import { TcpDriver } from './drivers/tcp.js'
import { UdsDriver } from './drivers/uds.js'
import { WebSocketDriver } from './drivers/websocket.js'
import { CommError } from './errors.js'

const made = new Map<string, () => Driver>()

for (const type of [TcpDriver, UdsDriver, WebSocketDriver, GrpcDriver, InprocDriver]) {
  registerDriver(() => new type())
}

/**
 * Serves the schemes of a driver from now on, in this process; each connector has a driver of its own. Gives
 * its undoing. @throws CommError `BAD_CONFIG` where one of them is served already.
 */
export function registerDriver(make: () => Driver): () => void {
  const schemes = [...make().schemes]
  const taken = schemes.find((scheme) => made.has(scheme))
  if (taken !== undefined) throw new CommError('BAD_CONFIG', `${taken} is served by a driver already`)
  for (const scheme of schemes) made.set(scheme, make)
  return () => {
    for (const scheme of schemes) if (made.get(scheme) === make) made.delete(scheme)
  }
}

/** @throws CommError `NOT_SUPPORTED` where none serves it. */
export function driverFor(scheme: string): Driver {
  const make = made.get(scheme.toLowerCase())
  if (make) return make()
  const known = [...made.keys()].join(', ')
  throw new CommError('NOT_SUPPORTED', `no driver serves ${scheme}; there are ${known}`)
}

/** The schemes that are served, in the order of their registration. */
export function servedSchemes(): string[] {
  return [...made.keys()]
}
