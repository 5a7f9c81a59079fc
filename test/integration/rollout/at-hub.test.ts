/** Agents with addresses, and agents at a hub, side by side: on this host, where it needs no certificates. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { cliForTests } from '../../support/cli.js'
import { fleetForTests } from '../../support/fleet.js'
import { appText } from './app-text.js'

const DIALLED = /^\{"v":1,"event":"ready".*"dialled":"(tcp:[^"]+)"/

describe('an agent at a hub', function () {
  this.timeout(200_000)
  const cli = cliForTests()
  const fleets = fleetForTests(cli)
  let folder: string

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'quorate-hub-'))
  })
  afterEach(async () => {
    await cli.end()
    rmSync(folder, { recursive: true, force: true })
  })

  it('is named by the hub, looked at beside those with addresses, and deployed to without them', async () => {
    const fleet = fleets.it
    const options = ['--port', '0', '--data', folder, '--json', '--communicator', 'tcp://127.0.0.1:0']
    const hub = cli.start(['hub', ...options])
    const [, url = ''] = DIALLED.exec(await hub.line(DIALLED)) ?? []
    const args = ['--hub', url, '--hub-token-file', join(folder, 'token')]
    const n1 = await fleet.agent('n1')
    await fleet.agent('n2', { args })
    const file = fleet.deployment(appText(), '  - { actor: Node, on: [n2] }\n', 'deployment.yaml', true)

    const both = ['--agent', `n1=${n1.address}`, '--agent', 'n2=hub:n2', '--hub', url]
    const listed = await fleet.run(['status', file, ...both])
    expect([listed.code, listed.stderr.join()]).to.deep.equal([
      3,
      `quorate: no agent has anything of ${fleet.app}`,
    ])
    const all = fleet.deployment(appText(), '  - { actor: Node, on: all }\n', 'both.yaml', true)
    const mixed = await fleet.run(['deploy', all, ...both])
    expect(mixed.code).to.equal(1)
    const one = `n2 is reached over a hub, and n1 at ${n1.address}`
    const way = 'one of them leads, and has to reach all in one way: have n1 dial the hub, too'
    expect(mixed.stderr.join()).to.contain(`${one}; ${way}, and name it hub:n1`)
    const lost = await fleet.run(['status', '--agent', 'n2=hub:n2', '--token-file', fleet.tokenFile])
    expect([lost.code, lost.stderr.join()]).to.deep.include(2)
    expect(lost.stderr.join()).to.contain('hub:n2 is an agent at a hub, and no hub is named')
    const http = await fleet.run(['status', '--hub', 'http://127.0.0.1:8000'])
    expect([http.code, http.stderr.join()]).to.deep.include(2)
    expect(http.stderr.join()).to.contain('over which no agents are reached')

    const { code, stderr } = await fleet.run(['deploy', file, '--hub', url])
    expect(code, stderr.join('\n')).to.equal(0)
    const status = await fleet.status(file, { args: ['--hub', url] })
    expect(status?.actors.map(({ node }) => node)).to.deep.equal(['n2'])
  })
})
