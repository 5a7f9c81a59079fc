/** The command line on a host without a network interface, not even loopback: a network namespace. */
import { expect } from 'chai'
import { skip } from '../../skip.js'
import { fixtureApp } from '../../support/apps.js'
import { cliForTests } from '../../support/cli.js'
import { diagnosisOf } from '../../support/diagnosis.js'
import { Host, whyNoHosts } from '../discovery/namespaces.js'

const ADVICE =
  'there is no loopback interface with an IPv4 address; there are: none; ' +
  'bring it up (ip link set lo up), or name another with --interface'

describe('quorate where no interface is up', function () {
  this.timeout(60_000)
  const cli = cliForTests()
  const env = { QUORATE_INTERFACE: '' }
  let host: Host | undefined

  before(function () {
    const why = whyNoHosts()
    if (why !== undefined) skip(this, why)
    host = new Host('n')
    host.ip('link', 'set', 'lo', 'down')
  })

  after(() => host?.remove())

  for (const args of [['run', fixtureApp('lives.ts'), 'Plain'], ['ps'], ['config']]) {
    it(`${args[0]} says how to bring one up, and exits with 2`, async () => {
      const { code, stderr } = await cli.run(args, { prefix: host?.prefix ?? [], env })
      expect({ code, stderr }).to.deep.equal({ code: 2, stderr: [`quorate: ${ADVICE}`] })
    })
  }

  it('doctor says so, too', async () => {
    const { code, findings } = await diagnosisOf(
      cli.start(['doctor', '--json'], { prefix: host?.prefix ?? [], env }),
    )
    expect(code).to.equal(1)
    const failed = findings.filter(({ verdict }) => verdict === 'FAIL')
    expect(failed.map(({ advice }) => advice).join()).to.contain('is loopback up (ip link set lo up)')
  })
})
