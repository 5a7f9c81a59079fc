/** `quorate keys tls`: makes the certificates with which communicators talk in TLS. */
import { isIP } from 'node:net'
import { resolve } from 'node:path'
import type { Command } from 'commander'
import { keyLimits } from '../../../ports/security/index.js'
import { usage } from '../failure.js'
import { pathShown, settingsOf } from '../settings/find.js'
import { known } from '../settings/known.js'
import type { TlsOptions } from './commands.js'
import { daysIn } from './place.js'
import { type CertificateFiles, type CertificatesMade, makeCertificates } from './tls/folder.js'
import { print, shortSerial } from './words.js'

/** One part of the name of an endpoint, which is what a certificate is compared with. */
const NAME = /^[A-Za-z0-9_~-]{1,64}$/
const HOST = /^[A-Za-z0-9_]([A-Za-z0-9._-]{0,251}[A-Za-z0-9_])?$/

export async function tls(command: Command): Promise<void> {
  const { days: daysText, host: hosts } = command.opts<TlsOptions>()
  const { certificateDays, certificateDaysMax } = keyLimits
  const days = daysIn(daysText, certificateDaysMax) ?? certificateDays
  const [given = '', ...names] = command.args
  for (const name of names) requireName(name)
  for (const host of hosts) requireHost(host)
  const folder = resolve(given)
  const wanted = { names: [...new Set(names)], hosts, days, nowMs: Date.now() }
  const made = await makeCertificates(folder, wanted)
  if (settingsOf(command).of(known.json)) print([JSON.stringify(objectOf(folder, made))])
  else print(linesOf(made))
}

function requireName(name: string): void {
  const [first = '', ...rest] = name.split('.')
  if (rest.length > 0 && NAME.test(first)) {
    throw usage(
      `${JSON.stringify(name)} has the certificate of its first part: give ${JSON.stringify(first)}`,
    )
  }
  if (name === 'ca') throw usage('ca is the name of the files of the authority; give another')
  if (NAME.test(name)) return
  const what = `${JSON.stringify(name)} names no endpoint`
  throw usage(`${what}; give up to 64 letters, digits, hyphens and underscores`)
}

function requireHost(host: string): void {
  if (isIP(host) !== 0 || HOST.test(host)) return
  throw usage(`--host is ${JSON.stringify(host)}; give a name or an address of a host, without a port`)
}

function linesOf({ authority, isNew, made }: CertificatesMade): string[] {
  const [first] = made
  const [cert = '', key = ''] = first ? [pathShown(first.cert), pathShown(first.key)] : []
  const [ca, caKey] = [pathShown(authority.cert), pathShown(authority.key)]
  const secret = isNew ? ['keep it where nobody finds it'] : []
  return [
    ...made.map(shownOf),
    `${ca} vouches for ${made.length > 1 ? 'them' : 'it'}; ${[`${caKey} makes more`, ...secret].join(': ')}`,
    `to another host go ${ca} and the two files of its name, and no others; an endpoint gets them as`,
    `  { ca_cert: '${ca}', server_cert: '${cert}', server_key: '${key}' }`,
  ]
}

/** `hub: certificate 5d1f…, valid until 2027-11-21: tls/hub.pem, tls/hub.key`. */
function shownOf({ name, certificate, cert, key }: CertificateFiles): string {
  const serial = shortSerial(certificate.serialNumber.toLowerCase())
  const until = untilOf(certificate).slice(0, 10)
  return `${name}: certificate ${serial}, valid until ${until}: ${pathShown(cert)}, ${pathShown(key)}`
}

function objectOf(folder: string, { authority, isNew, made }: CertificatesMade): object {
  return {
    ...{ v: 1, t: Date.now(), folder },
    ca: { ...factsOf(authority), made: isNew },
    certificates: made.map((each) => ({ name: each.name, ...factsOf(each) })),
  }
}

function factsOf({ certificate, cert, key }: CertificateFiles): object {
  const { serialNumber, fingerprint256 } = certificate
  const until = untilOf(certificate)
  return { cert, key, serial: serialNumber.toLowerCase(), until, sha256: fingerprint256 }
}

function untilOf({ validTo }: CertificateFiles['certificate']): string {
  return new Date(validTo).toISOString()
}
