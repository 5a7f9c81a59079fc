/**
 * All that passes between two hosts, and within one, while their actors talk by every kind of port: nothing
 * that they say, or have inside, can be read; without keys it can, so that the test sees.
 */
import { expect } from 'chai'
import { fixtureApp, uniqueApp } from '../support/apps.js'
import { type CliProcess, cliForTests } from '../support/cli.js'
import { lanForTests } from '../support/lan.js'
import { needed } from '../support/needed.js'
import { Capture, type Captured, captureMissing } from './capture.js'

/** What two members have heard by all ports, and the group. */
const WHOLE = /"heard":\[(?=.*"sub")(?=.*"qry")(?=.*"req")(?=.*"clt")(?=.*"group")(?=.*"ordered")/
/** In every message and answer, in the parameters of the actors, in names, and in a schema. */
const SECRET = 'MARKED'
/** The name of a component's port, of a group's messages, and what a listing says of each port. */
const LISTED = ['nearHatch', 'fingerprint', '127.0.0.1:']
/** What everybody may know: who is there and who leads, as mDNS and certificates say it. */
const OPEN = { actors: ['Server', 'Caller'], group: 'Cell.north' }

describe('what passes the network', function () {
  this.timeout(60_000)
  const cli = cliForTests()
  before(function () {
    needed(this, captureMissing())
  })
  const hosts = lanForTests(2)

  /** Runs two actors on one host and one on another until they have heard each other by all there is. */
  async function captured(app: string, ...more: string[]): Promise<Captured> {
    const { lan } = hosts
    const words = [SECRET, ...LISTED, app, ...OPEN.actors, OPEN.group]
    const capture = await Capture.start(lan, 1, words)
    const run = (host: number, seat: string, ...actors: string[]): CliProcess => {
      const [program, prefix] = lan.on(host)
      return cli.start(
        [
          'run',
          fixtureApp('attacked.ts'),
          ...actors,
          '--interface',
          'eth0',
          '--seats',
          seat,
          '--json',
          ...more,
        ],
        { prefix: [program, ...prefix], env: { TEST_APP: app, QUORATE_INTERFACE: '' } },
      )
    }
    const all = [run(1, '0', 'Server'), run(2, '1', 'Caller'), run(1, '2', 'Caller')]
    await Promise.all(all.slice(1).map((each) => each.line(WHOLE)))
    await Promise.all(all.map((each) => each.kill()))
    return capture.end()
  }

  it('is all that they say, where they are without keys', async () => {
    const { found, lost } = await captured(uniqueApp(), '--insecure', '--yes-insecure-network')
    expect(lost).to.equal(0)
    for (const word of [SECRET, ...LISTED]) expect(found[word], word).not.to.deep.equal([])
    expect(found[SECRET]?.filter((flow) => flow.startsWith('tcp')).length).to.be.above(5)
  })

  it('is nothing of it where they have keys: only who is there, and who leads', async () => {
    const app = uniqueApp()
    const { found, lost, packets } = await captured(app)
    expect(lost).to.equal(0)
    expect(packets).to.be.above(500)
    for (const word of [SECRET, ...LISTED]) expect(found[word], word).to.deep.equal([])
    for (const word of [app, ...OPEN.actors, OPEN.group]) {
      expect(
        found[word]?.some((flow) => flow.startsWith('udp')),
        word,
      ).to.equal(true)
    }
  })
})
