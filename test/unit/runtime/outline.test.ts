import { expect } from 'chai'
import { actor, app } from '../../../runtime/app.js'
import { Component, message } from '../../../runtime/index.js'
import { outlineOf } from '../../../runtime/outline.js'
import { number } from '../../../runtime/params.js'

const Near = message('Near')
const Far = message('Far')

let activated = 0

class Teller extends Component<{ period: number }> {
  readonly near = this.pub(Near)
  readonly far = this.pub(Far)
  readonly tick = this.timer(this.params.period, () => undefined)

  override onActivate(): void {
    activated++
  }
}

const definition = app('outlined', {
  actors: {
    One: actor({
      params: { period: number() },
      local: [Near],
      components: (p) => ({ teller: [Teller, { period: p.period }] }),
    }),
  },
})

describe('the outline of an actor', () => {
  it('has its components, by name and class, and their ports as they would be listed', () => {
    const { name, components, types } = outlineOf(definition, 'One', { period: 5 })
    expect(name).to.equal('One')
    expect(components.map(({ name, type }) => ({ name, type }))).to.deep.equal([
      { name: 'teller', type: 'Teller' },
    ])
    const ports = components.flatMap(({ ports }) => ports)
    expect(ports.map(({ info }) => `${info.name} ${info.kind} ${info.message} ${info.scope}`)).to.deep.equal([
      'near pub Near local',
      'far pub Far global',
      'tick tim tick internal',
    ])
    expect(ports.map(({ ad }) => ad?.scope)).to.deep.equal(['local@host', 'global', undefined])
    expect(types.map((type) => type.name)).to.deep.equal(['Near', 'Far'])
  })

  it('opens nothing and starts nothing', () => {
    const before = process.getActiveResourcesInfo()
    const { components } = outlineOf(definition, 'One', { period: 5 })
    for (const { info, ad } of components.flatMap(({ ports }) => ports)) {
      expect([info.host, info.port, ad?.endpoint ?? '']).to.deep.equal(['', -1, ''])
    }
    expect(process.getActiveResourcesInfo()).to.have.members(before)
    expect(activated).to.equal(0)
  })

  it('of an actor that the app does not have is refused', () => {
    for (const name of ['Two', 'constructor']) {
      expect(() => outlineOf(definition, name, {})).to.throw(`no actor ${name}`)
    }
  })
})
