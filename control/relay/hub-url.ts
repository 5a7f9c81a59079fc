/**
 * Where a hub is that agents dial, as people write it: `stcp://10.0.0.5:8020`, or `stcp://10.0.0.5/plant` of
 * one that is called otherwise than `hub`. For the command line, too, which loads nothing for it.
 */
import { isLoopback } from '../../discovery/index.js'

export interface DialledHub {
  /** As it was given. */
  readonly shown: string
  /** Of the communicator's driver. */
  readonly scheme: string
  /** `0` for all addresses of the host that listens. */
  readonly host: string
  readonly port: number
  /** What its endpoint is called, and its certificate. */
  readonly name: string
  /** By certificates of both sides; else in clear text, on this host alone. */
  readonly isSecure: boolean
}

const PORT = 8020
const NAME = 'hub'
const HIGHEST_PORT = 65_535
const FORM = /^([a-z]+):\/\/([A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(?::(\d{1,5}))?(?:\/([A-Za-z0-9_~-]{1,64})?)?$/

/** Schemes with certificates, and each of them without. `wss`, as `https` is that of a hub with HTTP. */
const SECURE: Readonly<Record<string, string>> = {
  stcp: 'stcp',
  satcp: 'satcp',
  grpcs: 'grpcs',
  wss: 'https',
}
const CLEAR: Readonly<Record<string, string>> = { tcp: 'tcp', atcp: 'atcp', grpc: 'grpc', ws: 'http' }

/** Whether it is meant to be dialled by a communicator, rightly written or not. */
export function isDialled(url: string): boolean {
  const [scheme = ''] = url.split(':', 1)
  return Object.hasOwn(SECURE, scheme) || Object.hasOwn(CLEAR, scheme)
}

/** The hub that is meant, or why there can be none, which ends a sentence that begins with its URL. */
export function dialledHub(url: string): DialledHub | string {
  const [, asked = '', host = '', digits = String(PORT), name = NAME] = FORM.exec(url) ?? []
  const scheme = SECURE[asked] ?? CLEAR[asked]
  const port = Number(digits)
  if (scheme === undefined || port > HIGHEST_PORT) {
    return `is no address at which a hub is dialled; give it as stcp://10.0.0.5:${PORT}`
  }
  const isSecure = Object.hasOwn(SECURE, asked)
  if (isSecure || isHere(host)) return { shown: url, scheme, host, port, name, isSecure }
  const why = 'would be clear text on a network, in which whoever is in between could pose as anybody'
  return `${why}; give it as stcp://${host}:${port}, with certificates: quorate keys tls makes them`
}

function isHere(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || isLoopback(host)
}
