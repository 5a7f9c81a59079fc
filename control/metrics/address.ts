/** Where a Redis is. */

export interface RedisAddress {
  readonly host: string
  readonly port: number
}

/** Of `host:port`; undefined for what is none. */
export function readAddressOf(text: string): RedisAddress | undefined {
  const [, host, port] = /^([^\s:/]+):(\d{1,5})$/.exec(text) ?? []
  const number = Number(port)
  return host === undefined || number > 65_535 ? undefined : { host, port: number }
}
