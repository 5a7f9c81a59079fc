/**
 * A fleet behind firewalls: no host of an agent can be reached, none hears multicast, and all is done over a
 * hub that they have dialled.
 */
import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { skip } from '../../skip.js'
import { CertificatesForTests } from '../../support/certificates.js'
import { type CliProcess, cliForTests } from '../../support/cli.js'
import { eventually } from '../../support/eventually.js'
import { type Fleet, type FleetAgent, type FleetPlace, fleetForTests } from '../../support/fleet.js'
import { Lan } from '../../support/lan.js'
import { whyNoFirewall } from '../discovery/namespaces.js'

const AGENTS = ['n1', 'n2', 'n3']
/** Those of the hub, of whoever deploys, and of the first agent. */
const [HUB, OPERATOR, FIRST] = [1, 2, 3]
const HUB_URL = `stcp://10.77.0.${HUB}:8020`
const PLACE = '  - { actor: Node, on: all }\n'
/** Bytes of a file of the app, so that its upload takes a while. */
const LARGE_BYTES = 30_000_000
const DEPLOY_MS = 75_000

/** Each for itself: behind firewalls, no actor reaches another. */
function appText(version: string): string {
  return `
import { actor, app, Component } from 'quorate'
import { z } from 'zod'

class Node extends Component {
  readonly add = this.command('add', z.object({ one: z.number(), other: z.number() }), ({ one, other }) => ({
    sum: one + other,
    version: '${version}',
  }))
  override async onActivate() {
    this.log.info('version ${version}')
  }
}

export default app('APP_NAME', {
  version: '${version}',
  actors: { Node: actor({ components: () => ({ node: Node }) }) },
})
`
}

/** Whether a bundle is on its way to it. */
function isReceiving({ data }: FleetAgent): boolean {
  return readdirSync(join(data, 'bundles')).some((name) => name.startsWith('.'))
}

/** No connection comes in, and no multicast goes either way. */
const RULES = `
table inet firewall {
  chain in {
    type filter hook input priority 0; policy drop;
    iifname "lo" accept
    ct state established,related accept
    icmp type echo-request accept
  }
  chain out {
    type filter hook output priority 0; policy accept;
    oifname "eth0" ip daddr 224.0.0.0/4 drop
  }
}
`

describe('a fleet behind firewalls', function () {
  this.timeout(400_000)
  const cli = cliForTests()
  const fleets = fleetForTests(cli)
  let lan: Lan
  let certificates: CertificatesForTests
  let folder: string
  let hub: CliProcess | undefined

  before(async function () {
    const why = Lan.missing() ?? whyNoFirewall()
    if (why) skip(this, why)
    certificates = await CertificatesForTests.make()
    for (const name of ['hub', 'operator', ...AGENTS]) await certificates.paths(name)
    lan = new Lan(2 + AGENTS.length)
    for (let host = OPERATOR; host < FIRST + AGENTS.length; host++) {
      const [program, args] = lan.on(host, 'nft', '-f', '-')
      execFileSync(program, args, { input: RULES })
    }
  })
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'quorate-hub-'))
  })
  afterEach(async () => {
    await cli.end()
    rmSync(folder, { recursive: true, force: true })
  })
  after(async () => {
    lan?.remove()
    await certificates?.remove()
  })

  function on(host: number, ...args: string[]): FleetPlace {
    const [program = '', prefix = []] = lan.on(host)
    return { prefix: [program, ...prefix], host: `10.77.0.${host}`, args }
  }

  const dialling = (): string[] => ['--hub', HUB_URL, '--tls', certificates.folder]
  const operator = (): FleetPlace => on(OPERATOR, ...dialling())

  async function startHub(): Promise<void> {
    const { prefix = [] } = on(HUB)
    const args = ['hub', '--data', folder, '--json', '--communicator', 'stcp://0:8020']
    hub = cli.start([...args, '--tls', certificates.folder], { prefix })
    await hub.line(/"ready"/)
  }

  /** Starts it anew, as if it had been killed by somebody else. */
  async function killHub(): Promise<void> {
    hub?.signal('SIGKILL')
    await hub?.ended
    await startHub()
  }

  async function agents(fleet: Fleet): Promise<void> {
    for (const [n, name] of AGENTS.entries()) {
      const token = ['--hub-token-file', join(folder, 'token')]
      await fleet.agent(name, on(FIRST + n, ...dialling(), ...token))
    }
  }

  /** What an actor answers to a command that is posted at the hub, by a user on its host. */
  async function commanded(worker: RegExp, kwargs: object): Promise<unknown> {
    const script = `
      const [url, token, body] = process.argv.slice(1)
      const headers = { authorization: 'Bearer ' + token, 'content-type': 'application/json' }
      const ask = async (path, more) => (await fetch(url + path, { headers, ...more })).json()
      const { workers } = await ask('/v1/workers')
      const found = workers.find(({ name, there }) => there && new RegExp('${worker.source}').test(name))
      if (!found) throw new Error('no such worker among ' + JSON.stringify(workers))
      const command = JSON.stringify({ ...JSON.parse(body), to: [found.name] })
      const { id } = await ask('/v1/commands', { method: 'POST', body: command })
      const { replies } = await ask('/v1/commands/' + id + '/replies?waitMs=20000')
      console.log(JSON.stringify(replies[0].data))`
    const body = JSON.stringify({ object: 'node', method: 'add', kwargs })
    const token = readFileSync(join(folder, 'token'), 'utf8').trim()
    const { prefix = [] } = on(HUB)
    const command = [...prefix, process.execPath, '-e', script, 'http://127.0.0.1:8000', token, body]
    const { code, stdout, stderr } = await cli.program(command).ended
    expect(code, stderr.join('\n')).to.equal(0)
    return JSON.parse(stdout.join(''))
  }

  function workerOf({ app }: Fleet, node: string): RegExp {
    return new RegExp(`^${app}[.]Node[.]${app}[.]Node[.]${node}@`)
  }

  function deployed(fleet: Fleet, version: string): string {
    return fleet.deployment(appText(version), PLACE, 'deployment.yaml', true)
  }

  it('is deployed to, looked at, commanded, upgraded and undeployed over a hub', async () => {
    const fleet = fleets.it
    await startHub()
    await agents(fleet)
    const [first] = fleet.agents
    // Nobody finds them, and nobody reaches them, whoever knows where they are.
    const token = ['--token-file', fleet.tokenFile]
    const nearby = await fleet.run(['agents', ...token], on(OPERATOR))
    expect(nearby.code, nearby.stdout.join('\n')).to.equal(3)
    const named = await fleet.run(['agents', ...token, '--agent', first?.address ?? ''], on(OPERATOR))
    expect(named.code, named.stdout.join('\n')).to.equal(3)

    const listed = await fleet.run(['agents', ...token, '--json'], operator())
    const { agents: there }: { agents: { name: string; at: string }[] } = JSON.parse(listed.stdout.join(''))
    expect(there.map(({ name, at }) => [name, at])).to.deep.equal(AGENTS.map((name) => [name, `hub:${name}`]))

    const file = deployed(fleet, '1.0.0')
    const begunAt = performance.now()
    const deploy = await fleet.run(['deploy', file], operator())
    expect(deploy.code, [...deploy.stdout, ...deploy.stderr].join('\n')).to.equal(0)
    expect(performance.now() - begunAt).to.be.below(DEPLOY_MS)
    const status = await fleet.status(file, operator())
    expect(status?.actors.map(({ node, state }) => [node, state])).to.deep.equal(
      AGENTS.map((name) => [name, 'active']),
    )
    const log = await fleet.log(file, `${fleet.app}.Node.n2`, operator())
    expect(log.join('\n')).to.contain('version 1.0.0')

    const answer = await commanded(workerOf(fleet, 'n2'), { one: 3, other: 4 })
    expect(answer).to.deep.equal({ sum: 7, version: '1.0.0' })
    // Actors outlive their agent, and find the hub again when the next one is there.
    await first?.kill()
    await first?.start()
    const later = await commanded(workerOf(fleet, 'n1'), { one: 5, other: 6 })
    expect(later).to.deep.equal({ sum: 11, version: '1.0.0' })

    const upgrade = await fleet.run(['deploy', deployed(fleet, '1.1.0')], operator())
    expect(upgrade.code, upgrade.stderr.join('\n')).to.equal(0)
    expect(await commanded(workerOf(fleet, 'n2'), { one: 1, other: 1 })).to.deep.equal({
      sum: 2,
      version: '1.1.0',
    })

    const undeploy = await fleet.run(['undeploy', file], operator())
    expect(undeploy.code, undeploy.stderr.join('\n')).to.equal(0)
    expect((await fleet.status(file, operator()))?.actors ?? []).to.deep.equal([])
  })

  it('is deployed to though the hub is killed in the middle, of uploads and of the rollout', async () => {
    const fleet = fleets.it
    await startHub()
    await agents(fleet)
    const file = deployed(fleet, '1.0.0')
    cli.file(`${fleet.app}/large.bin`, randomBytes(LARGE_BYTES).toString('latin1'))
    const text = readFileSync(file, 'utf8')
    writeFileSync(file, `${text}files: ["large.bin"]\n`)
    const deaths = [
      { version: '1.0.0', at: undefined },
      { version: '1.1.0', at: /"event":"prepared"/ },
      { version: '1.2.0', at: /"state":"begun"/ },
    ]
    for (const { version, at } of deaths) {
      cli.file(`${fleet.app}/app.ts`, appText(version).replaceAll('APP_NAME', fleet.app))
      const { prefix = [], args = [] } = operator()
      const env = { QUORATE_INTERFACE: `10.77.0.${OPERATOR}` }
      const deploying = cli.start(['deploy', file, '--json', ...args], { prefix, env })
      if (at) await deploying.line(at, 1, DEPLOY_MS)
      else await eventually(() => fleet.agents.some(isReceiving), 'an upload', DEPLOY_MS)
      await killHub()
      const { code, stdout, stderr } = await deploying.ended
      const said = [...stdout.slice(-20), ...stderr].join('\n')
      expect(code, said).to.equal(0)
      expect(said).to.contain('"waiting"')
      const log = await fleet.log(file, `${fleet.app}.Node.n3`, operator())
      expect(log.join('\n')).to.contain(`version ${version}`)
      const answer = await commanded(workerOf(fleet, 'n3'), { one: 1, other: 2 })
      expect(answer).to.deep.equal({ sum: 3, version })
    }
  })

  it('lets nobody in by the certificate of another, and sends other hosts no clear text', async () => {
    const fleet = fleets.it
    await startHub()
    const posing = on(FIRST, ...dialling(), '--data', join(folder, 'posing'))
    // The files of n2, under the name of n1.
    const other = await CertificatesForTests.make()
    try {
      await other.paths('n1')
      const stranger = ['--hub', HUB_URL, '--tls', other.folder]
      const refused = await fleet.run(['agents', '--name', 'n1', ...stranger], on(OPERATOR))
      expect(refused.code, refused.stderr.join('\n')).to.equal(3)
      expect(refused.stderr.join('\n')).to.match(/the hub at .* is not reached/)
    } finally {
      await other.remove()
    }
    await certificates.paths('n2', { commonName: 'n1' })
    const named = await fleet.run(['agent', '--name', 'n2', '--port', '0'], posing)
    expect(named.code).to.equal(2)
    expect(named.stderr.join('\n')).to.contain('is the certificate of "n1", and not of n2')
    await certificates.paths('n2')
    const open = ['agent', '--open', '--port', '0', '--data', join(folder, 'open'), ...dialling()]
    const opened = await fleet.run(open, on(FIRST))
    expect([opened.code, opened.stderr.join('\n')]).to.deep.include(2)
    expect(opened.stderr.join('\n')).to.contain('an open agent dials none')
    const openHub = [
      'hub',
      '--open',
      '--port',
      '0',
      '--data',
      join(folder, 'open'),
      '--communicator',
      HUB_URL,
    ]
    const commanded = await fleet.run([...openHub, '--tls', certificates.folder], on(FIRST))
    expect(commanded.code).to.equal(2)
    expect(commanded.stderr.join('\n')).to.contain('an open hub listens on loopback alone')
    const app = fleet.deployment(appText('1.0.0'), PLACE, 'mixed.yaml', true)
    const run = await fleet.run(['run', join(app, '..', 'app.ts'), '--insecure', '--hub', HUB_URL], on(FIRST))
    expect([run.code, run.stderr.join('\n')]).to.deep.include(2)
    expect(run.stderr.join('\n')).to.contain('actors do not dial')
    const clear = await fleet.run(['agents', '--hub', `tcp://10.77.0.${HUB}:8020`], on(OPERATOR))
    expect(clear.code).to.equal(2)
    expect(clear.stderr.join('\n')).to.contain('would be clear text').and.contain('give it as stcp://')
  })
})
