/** URLs of connectors: `scheme://host:port/path?name=value`. The host 0 is all addresses. */
import { CommError } from './errors.js'

export interface UrlParts {
  readonly url: string
  readonly scheme: string
  readonly host: string
  readonly port: string
  readonly path: string
  readonly frag: string
  /** Of the query; of a name that comes twice the last. */
  readonly query: Readonly<Record<string, string>>
}

const HOST = /(\[[0-9A-Fa-f:.]+(?:%[\w.-]+)?\]|[^/?#:[\]@]*)/.source
const FORM = new RegExp(
  `^([A-Za-z][A-Za-z0-9+.-]*)://${HOST}(?::(\\d{1,5}))?(/[^?#]*)?(?:\\?([^#]*))?(?:#(.*))?$`,
)
const HIGHEST_PORT = 65_535

/** @throws CommError `BAD_CONFIG` */
export function parseUrl(url: string): UrlParts {
  const [, scheme = '', host = '', port = '', path = '', query = '', frag = ''] = FORM.exec(url) ?? []
  if (scheme === '' || Number(port) > HIGHEST_PORT) {
    const shown = JSON.stringify(url.slice(0, 200))
    throw new CommError('BAD_CONFIG', `${shown} is no URL of a connector; give it as tcp://10.0.0.5:8020`)
  }
  const name = host === '0' ? '' : host.replace(/^\[|\]$/g, '')
  const parameters = Object.fromEntries(new URLSearchParams(query))
  return { url, scheme: scheme.toLowerCase(), host: name, port, path, frag, query: parameters }
}

/** `host:port`, IPv6 in brackets. */
export function authority(host: string, port: string | number): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`
}
