/** The example of docs/bridge.md as its reader starts it: processes, TLS, and a leader that is killed. */
import { join } from 'node:path'
import { expect } from 'chai'
import { projectRoot, readProjectFile } from '../../project.js'
import { cliForTests } from '../../support/cli.js'
import { freePort } from '../../support/free-port.js'
import { Lan } from '../../support/lan.js'

const FOLDER = 'test/fixtures/guide/bridge'

describe('the example of bridges', function () {
  this.timeout(120_000)
  const cli = cliForTests()
  /** A loopback of its own for each network, where that can be; apps of two names do not meet either way. */
  let lan: Lan | undefined
  before(() => {
    if (!Lan.missing()) lan = new Lan(1)
  })
  after(async () => {
    await cli.end()
    lan?.remove()
  })

  it('is the one that the page shows', () => {
    const page = readProjectFile('docs/bridge.md')
    for (const file of ['link.ts', 'plant.ts', 'office.ts']) {
      expect(page).to.contain(readProjectFile(`${FOLDER}/${file}`).trim())
    }
  })

  it('shows the office what the plant says, and who leads there, also when one is killed', async () => {
    const certs = join(cli.cache, 'certs')
    expect((await cli.run(['keys', 'tls', certs, 'plant', 'office'])).code).to.equal(0)
    const url = `stcp://127.0.0.1:${await freePort()}`
    const files = (name: string) => [
      ...['--ca', join(certs, 'ca.pem'), '--cert', join(certs, `${name}.pem`)],
      ...['--key', join(certs, `${name}.key`)],
    ]
    const [program, rest] = lan?.on(1) ?? ['', []]
    const prefix = [program, ...rest].filter(Boolean)
    const start = (name: string, ...args: string[]) =>
      cli.start(['run', join(projectRoot, FOLDER, `${name}.ts`), '--json', ...args, ...files(name)], {
        prefix,
      })
    const plant = start('plant', '--peer', 'office.Gate', '--listen', url)
    const office = start('office', '--peer', 'plant.Gate', '--dial', url)
    const said = (pattern: RegExp) => office.events.filter(({ msg }) => pattern.test(String(msg)))
    await office.until(() => said(/^the plant takes/).length > 3, 'readings')
    await office.until(() => said(/^the last [1-9]\d* readings/).length > 0, 'a history')
    await office.until(() => said(/led the cell, at most/).length > 0, 'a leader')
    const leads = /^(\w+) led the cell/
    const before = leads.exec(String(said(leads).at(-1)?.msg))?.[1]
    const { pid } = plant.events.find((event) => event.event === 'started' && event.actor === before) ?? {}
    expect(pid).to.be.a('number')
    process.kill(Number(pid), 'SIGKILL')
    await office.until(
      () => said(/^\w+ leads$/).some(({ msg }) => msg !== `${before} leads`),
      'another leader',
    )
    const next = said(/^\w+ leads$/).at(-1)
    await office.until(
      () =>
        said(leads).at(-1)?.msg !== undefined && !String(said(leads).at(-1)?.msg).startsWith(`${before} `),
      'the report of it',
    )
    expect(next?.epoch).to.be.a('number')
    office.signal('SIGINT')
    expect((await office.ended).code).to.equal(0)
  })
})
