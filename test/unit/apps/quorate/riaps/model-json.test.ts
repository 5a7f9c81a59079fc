import { expect } from 'chai'
import { checkModel } from '../../../../../apps/quorate/riaps/check.js'
import { modelOfJson } from '../../../../../apps/quorate/riaps/model-json.js'

/** As RIAPS's compiler writes a model: sorted by name, with an index of the ports that have handlers. */
const COMPILED = {
  name: 'Grid',
  messages: [{ name: 'M' }, { name: 'N' }],
  groups: [{ name: 'G', kind: 'leader', message: 'M', timed: true, params: { heartbeat: 100 } }],
  libraries: [{ name: 'lib' }],
  components: {
    C: {
      ...{ name: 'C', language: 'cpp', scheduler: 'priority' },
      formals: [{ name: 'a' }, { name: 'b', default: 2 }],
      ports: {
        ...{ clts: {}, srvs: {}, reps: {}, inss: {}, anss: {} },
        pubs: { out: { type: 'M', timed: false } },
        subs: { late: { type: 'M', timed: true, deadline: 5, index: 3 } },
        reqs: { ask: { req_type: 'M', rep_type: 'N', timed: false, deadline: 0, index: 1 } },
        qrys: {},
        tims: { tick: { period: 100, deadline: 0, index: 2 }, once: { period: 0, deadline: 0, index: 4 } },
      },
    },
  },
  devices: {
    D: { name: 'D', formals: [], language: 'default', ports: { inss: { i: { spec: null, index: 1 } } } },
  },
  actors: {
    X: {
      ...{
        'real-time': true,
        formals: [{ name: 'p', default: 'x' }],
        locals: [{ type: 'M' }],
        internals: [],
      },
      usage: {
        cpu: { use: 10, max: true, interval: 1000 },
        ...{ mem: { use: 2048 }, spc: {}, net: { rate: 1024, ceil: 0, burst: 0 } },
      },
      scheduler: { policy: 'pri', priority: 7 },
      instances: { c: { type: 'C', actuals: [{ name: 'a', param: 'p' }] }, d: { type: 'D', actuals: [] } },
    },
  },
}

describe('a model as JSON', () => {
  it('is the same as its .riaps file', () => {
    const app = modelOfJson(JSON.stringify(COMPILED), 'Grid.json')
    const [component, device] = app.components
    expect(component?.ports.map(({ name }) => name)).to.deep.equal(['ask', 'tick', 'late', 'once', 'out'])
    expect(component).to.include({ language: 'cpp', scheduler: 'priority', isDevice: false })
    expect(component?.ports[2]).to.include({ kind: 'sub', timed: true, deadlineMs: 5 })
    expect(device).to.include({ isDevice: true, language: undefined })
    const [actor] = app.actors
    expect(actor).to.include({ isRealTime: true, scheduler: 7 })
    expect(actor?.usage).to.deep.equal({
      cpu: { percent: 10, max: true },
      memory: 2048 * 1024,
      network: { rate: 1024, ceil: 0, burst: 0 },
    })
    expect(app.groups[0]).to.deep.include({ kind: 'leader', timed: true, timing: { heartbeat: 100 } })
    expect(checkModel(app).errors.map(({ text }) => text)).to.deep.equal([
      'X.c, port ask: M is local and N global: a port needs both in one scope',
    ])
  })

  const wrong: [text: string, message: RegExp][] = [
    ['{', /^a\.json: it is no JSON: /],
    ['[]', /^a\.json: /],
    [
      JSON.stringify({ ...COMPILED, actors: { X: { instances: { c: {} } } } }),
      /actors\.X\.instances\.c\.type: /,
    ],
    [JSON.stringify({ ...COMPILED, messages: 'M' }), /^a\.json: messages: /],
  ]
  for (const [text, message] of wrong) {
    it(`is refused with what differs: ${message}`, () => {
      expect(() => modelOfJson(text, 'a.json')).to.throw(message)
    })
  }
})
