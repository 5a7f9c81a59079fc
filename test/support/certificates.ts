/** Certificates for tests of TLS: an authority of its own, and pairs that it vouches for, in a folder. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { issue, newAuthority, type PemPair, type Wanted } from '../../apps/quorate/keys/tls/authority.js'

const DAY_MS = 86_400_000
const SECRET_MODE = 0o600

/** What an endpoint is given as `connProps`. */
export type CertificatePaths = Readonly<Record<'ca_cert' | 'server_cert' | 'server_key', string>>

export class CertificatesForTests {
  readonly folder: string
  readonly #authority: PemPair

  private constructor(folder: string, authority: PemPair) {
    this.folder = folder
    this.#authority = authority
  }

  /** Another authority than that of anybody else; remove() it in the end. */
  static async make(): Promise<CertificatesForTests> {
    const folder = await mkdtemp(join(tmpdir(), 'quorate-tls-'))
    const made = new CertificatesForTests(folder, await newAuthority(lasting()))
    await writeFile(made.ca, made.#authority.certificate)
    return made
  }

  /** The file of the authority's certificate. */
  get ca(): string {
    return join(this.folder, 'ca.pem')
  }

  /** A pair in memory. Unless told otherwise it is valid today, and named as it is called. */
  pair(name: string, other: Partial<Wanted> = {}): Promise<PemPair> {
    return issue(this.#authority, { commonName: name, hosts: [name, 'localhost'], ...lasting(), ...other })
  }

  /** A pair in files: one for both roles. */
  async paths(name: string, other: Partial<Wanted> = {}): Promise<CertificatePaths> {
    const { certificate, key } = await this.pair(name, other)
    const [server_cert, server_key] = [join(this.folder, `${name}.pem`), join(this.folder, `${name}.key`)]
    await writeFile(server_cert, certificate)
    await writeFile(server_key, key, { mode: SECRET_MODE })
    return { ca_cert: this.ca, server_cert, server_key }
  }

  remove(): Promise<void> {
    return rm(this.folder, { recursive: true, force: true })
  }
}

/** Of a certificate that has ended already. */
export function over(): Pick<Wanted, 'notBefore' | 'notAfter'> {
  return { notBefore: new Date(Date.now() - 2 * DAY_MS), notAfter: new Date(Date.now() - DAY_MS) }
}

function lasting(): Pick<Wanted, 'notBefore' | 'notAfter'> {
  return { notBefore: new Date(Date.now() - DAY_MS), notAfter: new Date(Date.now() + DAY_MS) }
}
