/**
 * `quorate doctor` on networks that are broken in known ways: hosts in network namespaces, firewalls of
 * nftables.
 */
import { execFileSync } from 'node:child_process'
import { expect } from 'chai'
import { skip } from '../../skip.js'
import { fixtureApp, uniqueApp } from '../../support/apps.js'
import { type CliForTests, type CliProcess, cliForTests } from '../../support/cli.js'
import { type Diagnosed, type Diagnosis, diagnosisOf } from '../../support/diagnosis.js'
import { Lan } from '../../support/lan.js'
import { sideBySide } from '../../support/side-by-side.js'

const LIVES = fixtureApp('lives.ts')
const HERE = 1
const THERE = 2
const FIREWALL_HOOKS = {
  input: 'type filter hook input priority 0',
  output: 'type filter hook output priority 0',
}

/** Tests at a time: the doctor waits for what does not come, but what comes late has not come for it. */
const AT_ONCE = 3

/** Two hosts of one test, and what runs on them. */
class Site {
  readonly lan = new Lan(2)
  readonly #cli: CliForTests
  readonly #started: CliProcess[] = []

  constructor(cli: CliForTests) {
    this.#cli = cli
  }

  /** An actor on the other host; resolves when it is ready, with the TCP port of its directory. */
  async actorThere(): Promise<number> {
    const args = ['run', LIVES, 'Plain', '--interface', 'eth0', '--json']
    const running = this.#start(THERE, args)
    await running.line(/"ready"/)
    const ready = running.events.find(({ event }) => event === 'ready')
    return Number(String(ready?.directory).split(':')[1])
  }

  doctorHere(...args: string[]): Promise<Diagnosis> {
    return diagnosisOf(this.#start(HERE, ['doctor', '--json', ...args]))
  }

  /** Starts any program on a host. */
  program(host: number, ...command: string[]): CliProcess {
    const [program, args] = this.lan.on(host, ...command)
    return this.#keep(this.#cli.program([program, ...args]))
  }

  /** A rule of a firewall on one of the hosts. */
  block(host: number, hook: keyof typeof FIREWALL_HOOKS, rule: string): void {
    this.firewall(host, `table inet t {\nchain c {\n${FIREWALL_HOOKS[hook]};\n${rule}\n}\n}`)
  }

  firewall(host: number, ruleset: string): void {
    const [program, args] = this.lan.on(host, 'nft', ruleset)
    execFileSync(program, args, { stdio: ['ignore', 'ignore', 'pipe'] })
  }

  async end(): Promise<void> {
    for (const each of this.#started) await each.kill()
    this.lan.remove()
  }

  #start(host: number, args: readonly string[]): CliProcess {
    const [program, rest] = this.lan.on(host)
    const options = { prefix: [program, ...rest], env: { TEST_APP: uniqueApp() } }
    return this.#keep(this.#cli.start(args, options))
  }

  #keep(started: CliProcess): CliProcess {
    this.#started.push(started)
    return started
  }
}

describe('quorate doctor on a broken network', function () {
  this.timeout(60_000)
  const open = new Set<Site>()
  // Of tests that failed.
  after(async () => {
    for (const site of open) await site.end()
  })
  const cli = cliForTests('after all')
  const beside = sideBySide(AT_ONCE)

  before(function () {
    const missing = Lan.missing()
    if (missing) skip(this, missing)
    try {
      execFileSync('nft', ['--version'], { stdio: 'ignore' })
    } catch {
      skip(this, 'needs `nft` of nftables')
    }
  })

  function test(title: string, body: (site: Site) => Promise<void>): void {
    beside(title, async () => {
      const site = new Site(cli)
      open.add(site)
      await body(site)
      open.delete(site)
      await site.end()
    })
  }

  test('has nothing to say against two hosts, not even without a route for multicast', async (site) => {
    site.lan.ip(HERE, 'route', 'del', 'default')
    await site.actorThere()
    const { code, findings } = await site.doctorHere('--interface', 'eth0')
    expect(findings.filter(({ verdict }) => verdict !== 'ok')).to.deep.equal([])
    expect(code).to.equal(0)
    expect(of(findings, 'interface')[0]?.found).to.contain('eth0 (10.77.0.1), as asked for')
    expect(of(findings, 'route')[0]?.found).to.match(/^there is no route for multicast; none is needed/)
    expect(of(findings, 'actors')[0]?.found).to.match(/^Plain \w{8} \(.*\) at 10\.77\.0\.2:\d+ answers in/)
  })

  test('multicast that does not come in: FAIL, with the port to open', async (site) => {
    site.block(HERE, 'input', 'udp dport 5353 drop')
    const { code, findings } = await site.doctorHere('--interface', 'eth0')
    expect(code).to.equal(1)
    const [open, echo] = of(findings, 'multicast')
    expect(open?.verdict).to.equal('ok')
    expect(echo?.verdict).to.equal('FAIL')
    expect(echo?.found).to.match(/sent on eth0 \(10\.77\.0\.1\) did not come back: something blocks UDP 5353/)
    expect(echo?.advice).to.match(/let the firewall accept UDP 5353 in and out on eth0, or list directories/)
    expect(of(findings, 'mdns')[0]?.verdict).to.equal('FAIL')
    expect(of(findings, 'tcp')[0]?.verdict).to.equal('ok')
  })

  test('multicast that may not leave: FAIL, with the reason', async (site) => {
    site.block(HERE, 'output', 'ip daddr 224.0.0.251 reject')
    const { code, findings } = await site.doctorHere('--interface', 'eth0')
    expect(code).to.equal(1)
    const echo = of(findings, 'multicast')[1]
    expect(echo?.verdict).to.equal('FAIL')
    expect(echo?.found).to.match(/cannot be sent on eth0 \(10\.77\.0\.1\): .*EPERM|did not come back/)
  })

  test('UDP port 5353 held by a program for itself: FAIL', async (site) => {
    const source = `require('node:dgram').createSocket('udp4').bind(5353, () => console.log('held'))`
    const holder = site.program(HERE, process.execPath, '-e', source)
    await holder.line(/held/)
    const { code, findings } = await site.doctorHere('--interface', 'eth0')
    expect(code).to.equal(1)
    expect(of(findings, 'multicast')[0]?.found).to.match(/^UDP port 5353 cannot be opened: .*EADDRINUSE/)
    expect(of(findings, 'multicast')[0]?.advice).to.match(/end the program that holds UDP port 5353/)
  })

  test('an actor whose TCP port a firewall rejects, or drops: FAIL, firewall or dead', async (site) => {
    const port = await site.actorThere()
    site.block(THERE, 'input', `tcp dport ${port} reject with tcp reset`)
    const rejected = await site.doctorHere('--interface', 'eth0')
    expect(rejected.code).to.equal(1)
    const [finding] = of(rejected.findings, 'actors')
    expect(finding?.verdict).to.equal('FAIL')
    expect(finding?.found).to.match(
      new RegExp(
        `^Plain \\w{8} .* at 10\\.77\\.0\\.2:${port} is announced but refuses connections: firewall or dead`,
      ),
    )
    expect(finding?.advice).to.contain('let firewalls accept TCP between the hosts')
    site.firewall(THERE, 'flush ruleset')
    site.block(THERE, 'input', `tcp dport ${port} drop`)
    const dropped = await site.doctorHere('--interface', 'eth0')
    expect(of(dropped.findings, 'actors')[0]?.found).to.match(/does not take connections: firewall or dead/)
  })

  test('TCP blocked on the own address: FAIL', async (site) => {
    site.block(HERE, 'input', 'ip daddr 10.77.0.1 tcp dport > 1023 drop')
    const { findings } = await site.doctorHere('--interface', 'eth0')
    expect(of(findings, 'tcp')[0]?.verdict).to.equal('FAIL')
    expect(of(findings, 'tcp')[0]?.advice).to.match(/let a firewall accept TCP to 10\.77\.0\.1 on eth0/)
  })

  test('the wrong interface: says on which one the actors are', async (site) => {
    await site.actorThere()
    const alone = await site.doctorHere()
    expect(of(alone.findings, 'actors')[0]?.found).to.equal('no actors were found here')
    expect(of(alone.findings, 'actors')[0]?.advice).to.contain('--all-interfaces')
    const { code, findings } = await site.doctorHere('--all-interfaces')
    expect(code).to.equal(1)
    expect(of(findings, 'others')[0]?.found).to.match(
      /^on eth0 \(10\.77\.0\.1\), but not on lo \(127\.0\.0\.1\), there are Plain \w{8}$/,
    )
    expect(of(findings, 'others')[0]?.advice).to.equal('to be with them, use --interface eth0')
  })
})

function of(findings: readonly Diagnosed[], probe: string): Diagnosed[] {
  return findings.filter((finding) => finding.probe === probe)
}
