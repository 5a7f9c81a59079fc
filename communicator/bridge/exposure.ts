/** Who else may be at the other end, and hear what goes over it. */
import { paramsOf } from '../connector-params.js'
import { driverFor } from '../registry.js'
import { parseUrl } from '../url.js'

const LOOPBACK = /^(localhost|127(\.\d+){3}|::1)$/

/** What is to be feared of a URL, for the log; undefined where nothing is. @throws CommError `BAD_CONFIG`. */
export function exposureOf(url: string): string | undefined {
  const driver = driverFor(parseUrl(url).scheme)
  const { host, security } = paramsOf(driver, { url }, {}, false)
  if (!driver.capabilities.supportSsl || LOOPBACK.test(host) || security === 'mtls') return undefined
  const readers = security === 'clear' ? ', and everybody on the way reads along' : ''
  const way = 'take stcp:// or https://, with a certificate for each end'
  return `anybody who reaches ${url} may come as the other end${readers}; ${way}`
}
