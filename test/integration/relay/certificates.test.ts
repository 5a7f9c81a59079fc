/** Who gets in at a hub that is dialled by certificates, and which hub is believed. */
import { rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect } from 'chai'
import { Communicator, Endpoint, Mode } from '../../../communicator/index.js'
import { type DialledHub, dialledHub } from '../../../control/relay/hub-url.js'
import { Exchange, HubLine, relayLimits } from '../../../control/relay/index.js'
import { rejectionOf } from '../../rejection.js'
import { CertificatesForTests } from '../../support/certificates.js'
import { eventually } from '../../support/eventually.js'

function hubAt(url: string): DialledHub {
  const hub = dialledHub(url)
  if (typeof hub === 'string') throw new Error(hub)
  return hub
}

describe('a hub that is dialled by certificates', function () {
  this.timeout(60_000)
  const ending: (() => unknown)[] = []
  const told: string[] = []
  let certificates: CertificatesForTests
  let hub: DialledHub

  before(async () => {
    certificates = await CertificatesForTests.make()
    for (const name of ['hub', 'n1', 'n2']) await certificates.paths(name)
  })
  beforeEach(async () => {
    told.length = 0
    const tell = (text: string): number => told.push(text)
    const tls = certificates.folder
    const serve = (): void => undefined
    const exchange = new Exchange({ hub: hubAt('stcp://127.0.0.1:0'), tls, version: '1', serve, tell })
    await exchange.start()
    ending.push(() => exchange.stop())
    hub = hubAt(exchange.url)
  })
  afterEach(async () => {
    for (const end of ending.splice(0).reverse()) await end()
  })
  after(() => certificates.remove())

  async function line(name: string, to = hub, tls = certificates.folder): Promise<HubLine> {
    const made = await HubLine.dial({ hub: to, tls, name })
    ending.push(() => made.close())
    return made
  }

  it('lets in who has one of its authority, by its name and what is below it', async () => {
    for (const name of ['n1', 'n2.east']) {
      const one = await line(name)
      await one.reached()
      expect(await one.agents()).to.deep.equal([])
    }
  })

  it('joins so many streams of one certificate with an agent, by whatever names it comes', async () => {
    const properties = { quorate: 'agent', version: '1', labels: {} }
    const tls = certificates.folder
    const agent = await HubLine.dial({ hub, tls, name: 'n2', properties, serve: () => undefined })
    ending.push(() => agent.close())
    await agent.reached()
    const [one, other, third] = [await line('n1.a'), await line('n1.b'), await line('n1.c')]
    const { relaysToAgent } = relayLimits
    const opened = Array.from({ length: relaysToAgent }, (_, n) => (n % 2 ? one : other).connect('n2'))
    await Promise.all(opened)
    const refused = await rejectionOf(third.connect('n2'))
    expect(refused.cause).to.include({ code: 'relay-full' })
    await (await line('n2.a')).connect('n2')
  })

  it('lets in nobody by the certificate of another, and says so', async () => {
    const { ca, folder } = certificates
    const pair = { server_cert: join(folder, 'n1.pem'), server_key: join(folder, 'n1.key') }
    const posing = new Communicator(new Endpoint('n2', { quorate: 'agent' }, { ca_cert: ca, ...pair }))
    ending.push(() => posing.stop())
    await posing.start()
    await posing.addConnector(`stcp://127.0.0.1:${hub.port}`, Mode.ACTIVE)
    await eventually(() => told.length > 0, 'it is refused')
    expect(told[0]).to.match(/n2 shows the certificate of "n1"/)
    const asking = await line('n1')
    expect(await asking.agents()).to.deep.equal([])
  })

  it('lets in nobody by another authority', async () => {
    const other = await CertificatesForTests.make()
    ending.push(() => other.remove())
    await other.paths('n1')
    const stranger = await line('n1', hub, other.folder)
    expect(await rejectionOf(stranger.reached(3000))).to.include({ code: 'relay-unreachable' })
  })

  it('is believed by its own name alone, whoever of the fleet listens there', async () => {
    const asking = await line('n1', { ...hub, name: 'plant' })
    expect(await rejectionOf(asking.reached(2000))).to.include({ code: 'relay-unreachable' })
    const request = rejectionOf(asking.connect('n2'))
    await asking.close()
    expect(await request).to.include({ code: 'agent-unreachable' })
  })

  it('is not dialled without certificates, or by those of another name', async () => {
    const refused = async (name: string, tls: string): Promise<string> => {
      const error = await rejectionOf(HubLine.dial({ hub, tls, name }))
      expect(error).to.include({ code: 'relay-bad-option' })
      return error.message
    }
    expect(await refused('n1', '')).to.contain('give their folder with --tls')
    expect(await refused('n9', certificates.folder)).to.match(/n9 cannot be read: .*keys tls makes/)
    await certificates.paths('n3', { commonName: 'n1' })
    expect(await refused('n3', certificates.folder)).to.match(/is the certificate of "n1", and not of n3/)
    await writeFile(join(certificates.folder, 'n4.pem'), 'no certificate')
    expect(await refused('n4', certificates.folder)).to.contain('n4 cannot be read')
    await certificates.paths('n5')
    await rename(join(certificates.folder, 'n3.key'), join(certificates.folder, 'n5.key'))
    expect(await refused('n5', certificates.folder)).to.match(/n5.key is not the key of/)
    expect(await refused('a b', certificates.folder)).to.contain('cannot be read')
  })
})
