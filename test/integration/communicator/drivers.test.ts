import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { driverFor, servedSchemes } from '../../../communicator/registry.js'
import { driverCompliance } from '../../../testing/index.js'
import { type CertificatePaths, CertificatesForTests } from '../../support/certificates.js'

describe('drivers of the communicator', function () {
  this.timeout(60_000)
  let certificates: CertificatesForTests
  let paths: CertificatePaths
  let made = 0

  before(async () => {
    certificates = await CertificatesForTests.make()
    paths = await certificates.paths('peer')
  })

  after(() => certificates.remove())

  /** Where nobody listens. */
  function urlOf(scheme: string): string {
    made++
    if (scheme === 'inproc') return `inproc://test-${made}`
    if (scheme === 'uds') return `uds://${join(tmpdir(), `quorate-${process.pid}-${made}.sock`)}`
    return `${scheme}://127.0.0.1:0`
  }

  for (const scheme of servedSchemes()) {
    describe(`${scheme}://`, () => {
      const isSecure = driverFor(scheme).secureSchemes.includes(scheme)
      const checks = driverCompliance({
        driver: () => driverFor(scheme),
        url: () => urlOf(scheme),
        get params() {
          return isSecure ? { ...paths, security: 'mtls' } : { security: 'clear' }
        },
      })
      for (const { name, run } of checks) it(name, run)
    })
  }
})
