/** The dashboard, and the page that tells of metrics, have those that there are, and no others. */
import { expect } from 'chai'
import { AgentMetrics } from '../../../control/agent/metrics.js'
import { readProjectFile } from '../../project.js'
import { readExposition, scraped } from '../../support/exposition.js'
import { HubsForTests } from './hubs-for-tests.js'

interface Panel {
  readonly id: number
  readonly type: string
  readonly title: string
  readonly datasource?: { readonly uid: string }
  readonly targets?: readonly { readonly expr: string; readonly datasource: { readonly uid: string } }[]
}

interface Dashboard {
  readonly title: string
  readonly panels: readonly Panel[]
  readonly templating: { readonly list: readonly { readonly name: string; readonly type: string }[] }
}

const OURS = /^quorate_/
const ALL = /\b(?:quorate|process|nodejs)_\w+/g
const PARTS = /_(?:bucket|sum|count)$/

describe('the metrics', function () {
  this.timeout(30_000)
  const hubs = new HubsForTests()
  const dashboard: Dashboard = JSON.parse(readProjectFile('docs/grafana/quorate.json'))
  const queries = dashboard.panels.flatMap(({ targets = [] }) => targets)

  /** By their names, of a hub and an agent. */
  async function exposed(): Promise<Map<string, string>> {
    const hub = await hubs.start()
    const ofHub = await scraped(hub.port, hub.token)
    const agent = new AgentMetrics()
    agent.look([])
    const ofAgent = readExposition(await agent.registry.metrics())
    return new Map([...ofHub, ...ofAgent].map(([name, { type }]) => [name, type]))
  }

  it('that the dashboard names are those that hub and agent expose', async () => {
    const types = await exposed()
    const named = new Set(queries.flatMap(({ expr }) => [...expr.matchAll(ALL)].map(([name]) => name)))
    for (const name of named) {
      const isPart = types.get(name.replace(PARTS, '')) === 'histogram'
      expect(types.has(name) || isPart, name).to.equal(true)
    }
    const shown = new Set([...named].map((name) => name.replace(PARTS, '')))
    expect([...shown]).to.include.members([...types.keys()].filter((name) => name.startsWith('quorate_')))
    // What only grows is shown as a rate.
    for (const { expr } of queries) {
      for (const [name] of expr.matchAll(ALL)) {
        if (types.get(name) === 'counter') expect(expr).to.match(new RegExp(`(?:rate|increase)\\(${name}`))
      }
    }
  })

  it('are told of on their page, by name and type', async () => {
    const types = await exposed()
    const rows = readProjectFile('docs/observability.md').matchAll(
      /^\| `(quorate_\w+)(?:\{[\w,]+\})?` \| (\w+) \|/gm,
    )
    const told = new Map([...rows].map(([, name = '', type = '']) => [name, type]))
    expect(told).to.deep.equal(new Map([...types].filter(([name]) => OURS.test(name))))
  })

  it('are on a dashboard that can be imported into any Grafana', () => {
    expect(dashboard.templating.list.map(({ name, type }) => [name, type])).to.deep.equal([
      ['datasource', 'datasource'],
      ['hub', 'query'],
      ['agent', 'query'],
    ])
    const ids = dashboard.panels.map(({ id }) => id)
    expect(new Set(ids).size).to.equal(ids.length)
    const uids = [
      ...dashboard.panels.flatMap(({ datasource = [] }) => datasource),
      ...queries.map((q) => q.datasource),
    ]
    for (const { uid } of uids) expect(uid).to.match(/^\$\{datasource\}$/)
    const empty = dashboard.panels.filter(({ type, targets }) => type !== 'row' && !targets?.length)
    expect(empty).to.deep.equal([])
  })
})
