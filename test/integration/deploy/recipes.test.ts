/** What the files of docs/deploy say of the command line is true of it. */
import { expect } from 'chai'
import { parse } from 'yaml'
import { allSettings } from '../../../apps/quorate/settings/known.js'
import { readProjectFile } from '../../project.js'
import { composeServices } from './recipe.js'

const META: { bin: Readonly<Record<string, string>> } = JSON.parse(readProjectFile('package.json'))

describe('the recipe for containers', () => {
  const services = composeServices({ METER_HOST: '10.1.0.5', DISPLAY_HOST: '10.2.0.7' })

  it('sets variables that are settings, to what they take', () => {
    expect(Object.keys(services)).to.deep.equal(['meter', 'display'])
    for (const { environment } of Object.values(services)) {
      for (const [name, text] of Object.entries(environment)) {
        const setting = allSettings.find(({ variable }) => variable === name)
        expect(setting?.readText(text), `${name}=${text}`).to.have.property('value')
      }
    }
  })

  it('has one side dial the other, and nobody else', () => {
    const discoveries = Object.values(services).map(({ environment }) => environment.QUORATE_DISCOVERY)
    expect(discoveries).to.deep.equal(['static:', 'static:10.1.0.5:7000'])
  })

  it('needs the addresses', () => {
    expect(() => composeServices({ METER_HOST: '10.1.0.5' })).to.throw('compose.yaml needs DISPLAY_HOST')
  })

  it('starts what the package installs, and what the guide has', () => {
    const dockerfile = readProjectFile('docs/deploy/Dockerfile')
    const [, entry = ''] = /^ENTRYPOINT (.*)$/m.exec(dockerfile) ?? []
    const bin = `node_modules/.bin/${Object.keys(META.bin)[0]}`
    expect(parse(entry)).to.deep.equal([bin])
    const guide = readProjectFile('docs/guide.md')
    for (const { command, healthcheck } of Object.values(services)) {
      const [verb, file, actor] = command
      expect([verb, file]).to.deep.equal(['run', 'app.ts'])
      expect(guide).to.match(new RegExp(`^    ${actor}: actor\\(`, 'm'))
      expect(healthcheck.test.slice(0, 3)).to.deep.equal(['CMD', bin, 'ps'])
    }
  })
})
