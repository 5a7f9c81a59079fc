/**
 * `quorate doctor` on networks that are broken in known ways: hosts in network namespaces, firewalls of
 * nftables.
 */
import { execFileSync } from 'node:child_process'
import { expect } from 'chai'
import { skip } from '../../skip.js'
import { fixtureApp, uniqueApp } from '../../support/apps.js'
import { type CliProcess, cliForTests } from '../../support/cli.js'
import { type Diagnosed, type Diagnosis, diagnosisOf } from '../../support/diagnosis.js'
import { Lan } from '../../support/lan.js'

const LIVES = fixtureApp('lives.ts')
const HERE = 1
const THERE = 2
const FIREWALL_HOOKS = {
  input: 'type filter hook input priority 0',
  output: 'type filter hook output priority 0',
}

describe('quorate doctor on a broken network', function () {
  this.timeout(60_000)
  const cli = cliForTests()
  let lan: Lan

  before(function () {
    const missing = Lan.missing()
    if (missing) skip(this, missing)
    try {
      execFileSync('nft', ['--version'], { stdio: 'ignore' })
    } catch {
      skip(this, 'needs `nft` of nftables')
    }
  })

  beforeEach(() => {
    lan = new Lan(2)
  })

  afterEach(async () => {
    await cli.end()
    lan.remove()
  })

  /** An actor on the other host; resolves when it is ready, with the TCP port of its directory. */
  async function actorThere(): Promise<number> {
    const args = ['run', LIVES, 'Plain', '--interface', 'eth0', '--json']
    const running = start(THERE, args)
    await running.line(/"ready"/)
    const ready = running.events.find(({ event }) => event === 'ready')
    return Number(String(ready?.directory).split(':')[1])
  }

  function start(host: number, args: readonly string[]): CliProcess {
    const [program, rest] = lan.on(host)
    return cli.start(args, { prefix: [program, ...rest], env: { TEST_APP: uniqueApp() } })
  }

  function doctorHere(...args: string[]): Promise<Diagnosis> {
    return diagnosisOf(start(HERE, ['doctor', '--json', ...args]))
  }

  /** A rule of a firewall on one of the hosts. */
  function block(host: number, hook: keyof typeof FIREWALL_HOOKS, rule: string): void {
    const ruleset = `table inet t {\nchain c {\n${FIREWALL_HOOKS[hook]};\n${rule}\n}\n}`
    const [program, args] = lan.on(host, 'nft', ruleset)
    execFileSync(program, args, { stdio: ['ignore', 'ignore', 'pipe'] })
  }

  it('has nothing to say against two hosts, not even without a route for multicast', async () => {
    lan.ip(HERE, 'route', 'del', 'default')
    await actorThere()
    const { code, findings } = await doctorHere('--interface', 'eth0')
    expect(findings.filter(({ verdict }) => verdict !== 'ok')).to.deep.equal([])
    expect(code).to.equal(0)
    expect(of(findings, 'interface')[0]?.found).to.contain('eth0 (10.77.0.1), as asked for')
    expect(of(findings, 'route')[0]?.found).to.match(/^there is no route for multicast; none is needed/)
    expect(of(findings, 'actors')[0]?.found).to.match(/^Plain \w{8} \(.*\) at 10\.77\.0\.2:\d+ answers in/)
  })

  it('multicast that does not come in: FAIL, with the port to open', async () => {
    block(HERE, 'input', 'udp dport 5353 drop')
    const { code, findings } = await doctorHere('--interface', 'eth0')
    expect(code).to.equal(1)
    const [open, echo] = of(findings, 'multicast')
    expect(open?.verdict).to.equal('ok')
    expect(echo?.verdict).to.equal('FAIL')
    expect(echo?.found).to.match(/sent on eth0 \(10\.77\.0\.1\) did not come back: something blocks UDP 5353/)
    expect(echo?.advice).to.match(/let the firewall accept UDP 5353 in and out on eth0, or list directories/)
    expect(of(findings, 'mdns')[0]?.verdict).to.equal('FAIL')
    expect(of(findings, 'tcp')[0]?.verdict).to.equal('ok')
  })

  it('multicast that may not leave: FAIL, with the reason', async () => {
    block(HERE, 'output', 'ip daddr 224.0.0.251 reject')
    const { code, findings } = await doctorHere('--interface', 'eth0')
    expect(code).to.equal(1)
    const echo = of(findings, 'multicast')[1]
    expect(echo?.verdict).to.equal('FAIL')
    expect(echo?.found).to.match(/cannot be sent on eth0 \(10\.77\.0\.1\): .*EPERM|did not come back/)
  })

  it('UDP port 5353 held by a program for itself: FAIL', async () => {
    const source = `require('node:dgram').createSocket('udp4').bind(5353, () => console.log('held'))`
    const [program, args] = lan.on(HERE, process.execPath, '-e', source)
    const holder = cli.program([program, ...args])
    await holder.line(/held/)
    const { code, findings } = await doctorHere('--interface', 'eth0')
    expect(code).to.equal(1)
    expect(of(findings, 'multicast')[0]?.found).to.match(/^UDP port 5353 cannot be opened: .*EADDRINUSE/)
    expect(of(findings, 'multicast')[0]?.advice).to.match(/end the program that holds UDP port 5353/)
  })

  it('an actor whose TCP port a firewall rejects, or drops: FAIL, firewall or dead', async () => {
    const port = await actorThere()
    block(THERE, 'input', `tcp dport ${port} reject with tcp reset`)
    const rejected = await doctorHere('--interface', 'eth0')
    expect(rejected.code).to.equal(1)
    const [finding] = of(rejected.findings, 'actors')
    expect(finding?.verdict).to.equal('FAIL')
    expect(finding?.found).to.match(
      new RegExp(
        `^Plain \\w{8} .* at 10\\.77\\.0\\.2:${port} is announced but refuses connections: firewall or dead`,
      ),
    )
    expect(finding?.advice).to.contain('let firewalls accept TCP between the hosts')
    const [program, args] = lan.on(THERE, 'nft', 'flush ruleset')
    execFileSync(program, args)
    block(THERE, 'input', `tcp dport ${port} drop`)
    const dropped = await doctorHere('--interface', 'eth0')
    expect(of(dropped.findings, 'actors')[0]?.found).to.match(/does not take connections: firewall or dead/)
  })

  it('TCP blocked on the own address: FAIL', async () => {
    block(HERE, 'input', 'ip daddr 10.77.0.1 tcp dport > 1023 drop')
    const { findings } = await doctorHere('--interface', 'eth0')
    expect(of(findings, 'tcp')[0]?.verdict).to.equal('FAIL')
    expect(of(findings, 'tcp')[0]?.advice).to.match(/let a firewall accept TCP to 10\.77\.0\.1 on eth0/)
  })

  it('the wrong interface: says on which one the actors are', async () => {
    await actorThere()
    const alone = await doctorHere()
    expect(of(alone.findings, 'actors')[0]?.found).to.equal('no actors were found here')
    expect(of(alone.findings, 'actors')[0]?.advice).to.contain('--all-interfaces')
    const { code, findings } = await doctorHere('--all-interfaces')
    expect(code).to.equal(1)
    expect(of(findings, 'others')[0]?.found).to.match(
      /^on eth0 \(10\.77\.0\.1\), but not on lo, there are Plain \w{8}$/,
    )
    expect(of(findings, 'others')[0]?.advice).to.equal('to be with them, use --interface eth0')
  })
})

function of(findings: readonly Diagnosed[], probe: string): Diagnosed[] {
  return findings.filter((finding) => finding.probe === probe)
}
