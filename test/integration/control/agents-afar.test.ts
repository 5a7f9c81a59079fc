/** Agents on other hosts: found there, spoken to in TLS, and in clear text where they permit that. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { skip } from '../../skip.js'
import { cliForTests } from '../../support/cli.js'
import { Host, whyNoHosts } from '../discovery/namespaces.js'

const TOKEN = 'a-token-that-these-hosts-share-0123456789'

describe('agents on other hosts', function () {
  this.timeout(180_000)
  const cli = cliForTests()
  const hosts: Host[] = []
  const folders: string[] = []

  before(function () {
    const why = whyNoHosts()
    if (why !== undefined) skip(this, why)
  })

  afterEach(async () => {
    await cli.end()
    for (const host of hosts.splice(0)) host.remove()
    for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
  })

  function cabled(): [Host, Host] {
    const [near, far] = [new Host('a'), new Host('b')]
    hosts.push(near, far)
    near.cable('lan0', '10.79.0.1', far, 'lan0', '10.79.0.2')
    return [near, far]
  }

  it('are found, and let others in by TLS alone where they are to', async () => {
    const [near, far] = cabled()
    const file = cli.file('token', TOKEN)
    const start = async (name: string, port: string, ...more: string[]): Promise<void> => {
      const data = mkdtempSync(join(tmpdir(), 'quorate-agent-'))
      folders.push(data)
      const common = [
        'agent',
        '--insecure',
        '--json',
        '--token-file',
        file,
        '--data',
        data,
        '--announce',
        '--interface',
        'lan0',
      ]
      const args = ['--name', name, '--host', '10.79.0.2', '--port', port, ...more]
      const agent = cli.start([...common, ...args], { prefix: far.prefix })
      await agent.line(/"event":"ready"/)
      // An interface is up a while after its cable was laid.
      const isTold = (): boolean => agent.stderr.join().includes(`announced as ${name} on lan0`)
      await agent.until(isTold, 'it is announced')
    }
    await start('n1', '8001', '--label', 'role=inverter')
    await start('n2', '8002', '--encrypted')
    const look = ['agents', '--interface', 'lan0', '--wait', '3000', '--json', '--token-file', file]
    const { code, stdout } = await cli.run(look, { prefix: near.prefix })
    expect(code).to.equal(0)
    const { agents }: { agents: Record<string, unknown>[] } = JSON.parse(stdout.join(''))
    expect(
      agents.map(({ name, host, port, known, labels }) => [name, host, port, known, labels]),
    ).to.deep.equal([
      ['n1', '10.79.0.2', 8001, true, { role: 'inverter' }],
      ['n2', '10.79.0.2', 8002, true, {}],
    ])
    const ask = async (from: Host, port: number): Promise<string> => {
      const headers = JSON.stringify({ authorization: `Bearer ${TOKEN}` })
      const asked = `fetch('http://10.79.0.2:${port}/v1/agent', { headers: ${headers} })`
      const script = `${asked}.then(({ status }) => console.log('answered', status))`
      const asking = cli.program([...from.prefix, process.execPath, '-e', script])
      return asking.line(/^answered/)
    }
    expect(await ask(near, 8001)).to.equal('answered 200')
    expect(await ask(near, 8002)).to.equal('answered 426')
  })
})
