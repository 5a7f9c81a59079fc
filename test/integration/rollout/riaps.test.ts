/** A deployment of RIAPS, of a model that was imported: with the real agents, as any other. */
import { readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect } from 'chai'
import { cliForTests } from '../../support/cli.js'
import { fleetForTests } from '../../support/fleet.js'
import { modelFile } from '../../support/riaps-models.js'

describe('quorate deploy of a .depl file', function () {
  this.timeout(120_000)
  const cli = cliForTests()
  const fleets = fleetForTests(cli)

  it('has the agents run the app that was imported, with parameters and limits', async () => {
    const fleet = fleets.it
    const { address } = await fleet.agent('n1')
    const limited = readFileSync(modelFile('weather'), 'utf8').replace(
      '{ monitor',
      'uses { mem 500 mb; } { monitor',
    )
    const model = cli.file(`${fleet.app}/weather.riaps`, limited)
    const folder = join(dirname(model), 'weather-watch')
    expect((await cli.run(['import', model])).code).to.equal(0)
    const app = join(folder, 'app.ts')
    writeFileSync(app, readFileSync(app, 'utf8').replace("app('WeatherWatch'", `app('${fleet.app}'`))
    const station = join(folder, 'station.ts')
    const text = readFileSync(station, 'utf8').replace(
      "debug('activated')",
      "info('on the ' + this.params.place)",
    )
    writeFileSync(station, text)

    const depl =
      'app WeatherWatch {\n host n1 { network any; }\n on (n1) StationActor(place = hill), MonitorActor; }'
    const file = cli.file(`${fleet.app}/weather.depl`, depl)
    const where = ['--agent', `n1=${address}`, '--token-file', fleet.tokenFile]
    const { code, stderr } = await fleet.run(['deploy', file, ...where])
    expect(code, stderr.join('\n')).to.equal(0)
    expect(stderr).to.include('quorate: host n1 { network any }: not enforced')

    const told = await fleet.run(['status', file, '--json', ...where])
    const { deployments }: { deployments: { actors: { id: string; state: string }[] }[] } = JSON.parse(
      told.stdout.join(''),
    )
    expect(deployments[0]?.actors.map(({ id, state }) => [id, state])).to.have.deep.members([
      [`${fleet.app}.StationActor.n1`, 'active'],
      [`${fleet.app}.MonitorActor.n1`, 'active'],
    ])
    const logs = await fleet.run(['logs', file, 'StationActor', '--tail', '100', ...where])
    expect(logs.stdout.join('\n')).to.contain('on the hill')
    expect((await fleet.run(['undeploy', file, ...where])).code).to.equal(0)
  })

  it('refuses one with mistakes, each told', async () => {
    const { code, stderr } = await cli.run(['deploy', cli.file('bad.depl', 'app A {\n on X;\n on all ;\n}')])
    expect(code).to.equal(2)
    expect(stderr.join('\n')).to.match(/bad\.depl:2:5: expected 'all' or '\(', found 'X'/)
    expect(stderr.join('\n')).to.match(/bad\.depl:3:9: expected a name, found ';'/)
  })
})
