/** `quorate doctor` on loopback: what it says of a machine that is well, and of actors that are not. */
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { dirname, join } from 'node:path'
import { expect } from 'chai'
import { fixtureApp, uniqueApp } from '../../support/apps.js'
import { type CliProcess, cliForTests } from '../../support/cli.js'
import { type Diagnosis, diagnosisOf } from '../../support/diagnosis.js'

const LIVES = fixtureApp('lives.ts')
const LENGTHS = fixtureApp('lengths.ts')

describe('quorate doctor', function () {
  this.timeout(40_000)
  const cli = cliForTests()

  /** Starts actors; resolves with the addresses of their directories once all are ready. */
  async function directoriesOf(running: CliProcess, count: number): Promise<string[]> {
    await running.line(/"ready"/, count)
    return running.events.filter(({ event }) => event === 'ready').map(({ directory }) => String(directory))
  }

  it('finds a healthy machine and its actors well: a line each, exit code 0', async () => {
    const running = cli.start(['run', LIVES, 'Sender', 'Receiver', '--json'], {
      env: { TEST_APP: uniqueApp() },
    })
    await running.line(/heard hello/)
    await running.line(/"connected"/, 2)
    const list = (await directoriesOf(running, 2)).join()
    const byList = await cli.run(['doctor', '--discovery', `static:${list}`])
    expect(byList.stdout.filter((line) => !line.startsWith('ok  '))).to.deep.equal([])
    expect(byList.code).to.equal(0)
    const text = byList.stdout.join('\n')
    expect(text).to.match(/^ok {4}node {7}Node\.js 2\d\./m)
    expect(text).to.match(/^ok {4}zeromq {5}ZeroMQ 4\.\S+, a round trip over loopback in [\d.]+ ms$/m)
    expect(text).to.match(/^ok {4}interface {2}lo \(127\.0\.0\.1\), as asked for: actors of this host only/m)
    expect(text).to.match(/^ok {4}tcp {8}a directory on 127\.0\.0\.1 answers over TCP/m)
    expect(text).to.match(
      /^ok {4}actors {5}Sender [0-9a-f]{8} \(test-.* 1\.0\.0\) at .* answers in .* wire version 1$/m,
    )
    expect(text).to.match(/^ok {4}ports {6}all 2 ports are connected$/m)

    const { findings } = await diagnosisOf(cli.start(['doctor', '--json']))
    const verdict = (probe: string) =>
      findings.filter((each) => each.probe === probe).map((each) => each.verdict)
    expect(verdict('multicast')).to.deep.equal(['ok', 'ok'])
    expect(verdict('mdns')).to.deep.equal(['ok'])
    expect(findings.map(({ found }) => found).join('\n')).to.match(/Sender [0-9a-f]{8} .* answers in/)
  })

  it('tells which ports are not connected, and why', async () => {
    const running = cli.start(['run', LENGTHS, '--json'], { env: { TEST_APP: uniqueApp() } })
    const list = (await directoriesOf(running, 2)).join()
    const { findings, code } = await diagnosisOf(
      cli.start(['doctor', '--json', '--discovery', `static:${list}`]),
    )
    expect(code).to.equal(1)
    const [mismatch, lonely, ...more] = findings.filter(({ probe }) => probe === 'ports')
    expect(more).to.deep.equal([])
    expect(mismatch?.verdict).to.equal('FAIL')
    expect(mismatch?.found).to.match(
      /pub meter\.out of Meter \w{8} .* sub teller\.read of Teller \w{8} .* stay apart/,
    )
    expect(mismatch?.found).to.match(
      /the schemas of Length differ: at value\.metres: number here, string there/,
    )
    expect(lonely?.verdict).to.equal('warn')
    expect(lonely?.found).to.match(
      /^qry teller\.ask of Teller \w{8} is not connected: no ans of Question#Answer/,
    )
  })

  it('warns of an app that runs in two versions', async () => {
    const env = { TEST_APP: uniqueApp() }
    const old = cli.start(['run', LIVES, 'Sender', '--json'], { env })
    const young = cli.start(['run', LIVES, 'Receiver', '--json'], { env: { ...env, TEST_VERSION: '2.0.0' } })
    const list = [...(await directoriesOf(old, 1)), ...(await directoriesOf(young, 1))].join()
    const { findings } = await diagnosisOf(cli.start(['doctor', '--json', '--discovery', `static:${list}`]))
    const [finding] = findings.filter(({ probe }) => probe === 'versions')
    expect(finding?.verdict).to.equal('warn')
    expect(finding?.found).to.contain('runs in several versions: 1.0.0 (Sender), 2.0.0 (Receiver)')
  })

  it('tells a dead address from one where something else listens', async () => {
    const silent = createServer((socket) => socket.on('error', () => undefined)).listen(0, '127.0.0.1')
    await once(silent, 'listening')
    const address = silent.address()
    const port = typeof address === 'object' ? address?.port : undefined
    const list = `static:127.0.0.1:9,127.0.0.1:${port}`
    const { findings, code } = await diagnosisOf(cli.start(['doctor', '--json', '--discovery', list]))
    silent.close()
    expect(code).to.equal(1)
    const [dead, mute] = findings.filter(({ probe }) => probe === 'actors')
    expect(dead?.found).to.equal('127.0.0.1:9 is announced but refuses connections: firewall or dead')
    expect(mute?.found).to.match(/takes connections, but says nothing$/)
  })

  it('says what to do where actors have keys, and none of their app is here', async () => {
    const running = cli.start(['run', LIVES, 'Plain', '--json'], { env: { TEST_APP: uniqueApp() } })
    const list = (await directoriesOf(running, 1)).join()
    const look = (...more: string[]) =>
      diagnosisOf(cli.start(['doctor', '--json', '--discovery', `static:${list}`, ...more]))
    const of = ({ findings }: Diagnosis) => findings.filter(({ probe }) => probe === 'actors')
    expect(of(await look()).map(({ verdict }) => verdict)).to.deep.equal(['ok'])
    const [without] = of(await look('--keys', join(dirname(cli.cache), 'no-keys')))
    expect(without?.verdict).to.equal('FAIL')
    expect(without?.found).to.match(
      /^Plain [0-9a-f]{8} .*: there are no keys of the app test-\S+ in \S+\/no-keys;/,
    )
    expect(without?.advice).to.equal('bring a key of the app here: quorate keys --help')
  })

  it('ends early, and says why, where the interface does not exist', async () => {
    const { findings, code } = await diagnosisOf(cli.start(['doctor', '--json', '--interface', 'nope0']))
    expect(code).to.equal(1)
    expect(findings.at(-1)).to.deep.include({ probe: 'interface', verdict: 'FAIL' })
    expect(findings.at(-1)?.found).to.match(/no network interface nope0 .* there are: lo \(127\.0\.0\.1\)/)
    expect(findings.at(-1)?.advice).to.contain('--interface')
  })

  it('is not fooled by garbage on the mDNS port', async () => {
    const noise = createSocket({ type: 'udp4', reuseAddr: true })
    await new Promise<void>((resolve) => noise.bind(0, '127.0.0.1', resolve))
    noise.setMulticastInterface('127.0.0.1')
    const sending = setInterval(() => noise.send(Buffer.from('no DNS at all'), 5353, '224.0.0.251'), 5)
    try {
      const { findings } = await diagnosisOf(cli.start(['doctor', '--json']))
      const network = findings.filter(({ probe }) => probe === 'multicast' || probe === 'mdns')
      expect(network.map(({ verdict }) => verdict)).to.deep.equal(['ok', 'ok', 'ok'])
    } finally {
      clearInterval(sending)
      noise.close()
    }
  })
})
