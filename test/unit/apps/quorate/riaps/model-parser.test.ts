import { expect } from 'chai'
import { commandLimits } from '../../../../../apps/quorate/limits.js'
import type { AppModel, PortModel } from '../../../../../apps/quorate/riaps/model.js'
import { parseModel } from '../../../../../apps/quorate/riaps/model-parser.js'
import { ModelRefused } from '../../../../../apps/quorate/riaps/problem.js'

/** An app around some of its parts. */
function appOf(parts: string): AppModel {
  const [app] = parseModel(`app A {\n${parts}\n}`, 'a.riaps')
  if (!app) throw new Error('there is no app')
  return app
}

function portOf(text: string): PortModel | undefined {
  return appOf(`component C { ${text} }`).components[0]?.ports[0]
}

function problemsOf(text: string): readonly string[] {
  try {
    parseModel(text, 'a.riaps')
    return []
  } catch (error) {
    if (error instanceof ModelRefused) return error.problems
    throw error
  }
}

const names = (all: readonly { readonly name: string }[] = []) => all.map(({ name }) => name)

describe('the grammar of .riaps', () => {
  it('has apps, one after the other', () => {
    expect(names(parseModel('app A {} app B {}', 'a.riaps'))).to.deep.equal(['A', 'B'])
  })

  it('has messages and libraries, by name or in quotes', () => {
    const { messages, libraries } = appOf('message M; message N;\nlibrary one; library "two/b.so";')
    expect(messages).to.deep.equal([
      { name: 'M', at: { line: 2, column: 9 } },
      { name: 'N', at: { line: 2, column: 20 } },
    ])
    expect(names(libraries)).to.deep.equal(['one', 'two/b.so'])
  })

  it('has groups of three kinds, timed or not, with times', () => {
    const { groups } = appOf(`group G using M; group L with leader using M timed;
      group C with consensus using M heartbeat = 10, electionMin=20, consensusTimeout = 5;`)
    expect(groups.map(({ name, kind, timed, timing }) => ({ name, kind, timed, timing }))).to.deep.equal([
      { name: 'G', kind: 'default', timed: false, timing: {} },
      { name: 'L', kind: 'leader', timed: true, timing: {} },
      {
        ...{ name: 'C', kind: 'consensus', timed: false },
        timing: { heartbeat: 10, electionMin: 20, consensusTimeout: 5 },
      },
    ])
  })

  for (const [text, language] of [
    ...['py', 'python', 'Python'].map((each) => [each, 'py']),
    ...['c++', 'cpp', 'C++'].map((each) => [each, 'cpp']),
  ]) {
    it(`has components in ${text}`, () => {
      expect(appOf(`component C in ${text} {}`).components[0]?.language).to.equal(language)
    })
  }

  it('has components and devices with parameters and schedulers', () => {
    const { components } = appOf(`component C(a, b = 1, c = -1.5e3, d = "x\\"y", e = True, f = false)
      scheduler rr; {} device D() scheduler priority; {} component E {}`)
    const [c, d, e] = components
    expect(c?.formals.map(({ name, fallback }) => [name, fallback])).to.deep.equal([
      ['a', undefined],
      ['b', 1],
      ['c', -1500],
      ['d', 'x"y'],
      ['e', true],
      ['f', false],
    ])
    expect([c?.scheduler, d?.scheduler, e?.scheduler]).to.deep.equal(['rr', 'priority', undefined])
    expect([c?.isDevice, d?.isDevice, e?.language]).to.deep.equal([false, true, undefined])
  })

  for (const kind of ['pub', 'sub'] as const) {
    it(`has ${kind} ports`, () => {
      const port = portOf(`${kind} p : M timed;`)
      expect(port).to.deep.include({ kind, name: 'p', timed: true, deadlineMs: undefined })
      expect(names(port?.messages)).to.deep.equal(['M'])
    })
  }

  for (const kind of ['clt', 'srv', 'req', 'rep', 'qry', 'ans'] as const) {
    it(`has ${kind} ports`, () => {
      const port = portOf(`${kind} p : (M, N);`)
      expect(port).to.deep.include({ kind, name: 'p', timed: false })
      expect(names(port?.messages)).to.deep.equal(['M', 'N'])
    })
  }

  for (const kind of [
    'sub p : M',
    'srv p:(M,N)',
    'req p:(M,N)',
    'rep p:(M,N)',
    'qry p:(M,N)',
    'ans p:(M,N)',
  ]) {
    it(`has deadlines of ${kind}`, () => {
      expect(portOf(`${kind} timed within 2 sec;`)).to.include({ timed: true, deadlineMs: 2000 })
      expect(portOf(`${kind} within 7;`)).to.include({ timed: false, deadlineMs: 7 })
    })
  }

  it('has timers, periodic and sporadic, in all units', () => {
    expect(portOf('timer t 5;')).to.include({ kind: 'timer', periodMs: 5, deadlineMs: undefined })
    expect(portOf('timer t 5 msec within 1;')).to.include({ periodMs: 5, deadlineMs: 1 })
    expect(portOf('timer t 5sec within 1 msec;')).to.include({ periodMs: 5000, deadlineMs: 1 })
    expect(portOf('timer t 2 min;')).to.include({ periodMs: 120_000 })
    expect(portOf('timer t within 3 sec;')).to.include({ periodMs: undefined, deadlineMs: 3000 })
    expect(portOf('timer t 0;')).to.include({ periodMs: undefined })
  })

  it('has inside ports', () => {
    expect(portOf('inside i;')).to.include({ kind: 'inside', name: 'i' })
    expect(portOf('inside i default;')).to.include({ kind: 'inside', name: 'i' })
  })

  it('has actors with scopes, limits, schedulers and components', () => {
    const { actors } = appOf(`real-time actor X(a, b = 2) {
      local M, N; internal O;
      uses { cpu max 10 % over 1 sec; mem 2 kb; space 3 gb; net rate 1.5 kbps ceil 2 mbps burst 1 k; }
      scheduler priority 50;
      { one : C; two : D(p = 1, q = a, r = "s"); } }
      actor Y { scheduler rr; { one : C(); } }
      actor Z { uses { cpu 5 %; mem 7; } { c : C; } }`)
    const [x, y, z] = actors
    expect(x).to.deep.include({
      ...{ isRealTime: true, scheduler: 50 },
      usage: {
        cpu: { percent: 10, max: true },
        ...{ memory: 2048, disk: 3 * 1024 ** 3 },
        network: { rate: 1536, ceil: 2 * 1024 ** 2, burst: 1024 },
      },
    })
    expect([names(x?.locals), names(x?.internals)]).to.deep.equal([['M', 'N'], ['O']])
    const two = x?.instances[1]
    expect(two?.type.name).to.equal('D')
    expect(two?.actuals.map(({ name, value, param }) => [name, value, param?.name])).to.deep.equal([
      ['p', 1, undefined],
      ['q', undefined, 'a'],
      ['r', 's', undefined],
    ])
    expect(y).to.deep.include({ isRealTime: false, scheduler: 'rr', usage: {} })
    expect(z?.usage).to.deep.equal({ cpu: { percent: 5, max: false }, memory: 7 * 1024 ** 2 })
  })

  it('has comments of both kinds', () => {
    expect(names(appOf('// one\n/* two\n message X; */ message M; // three').messages)).to.deep.equal(['M'])
  })

  it('takes keywords as names', () => {
    const app = appOf(`message message; group group using message;
      component timer(sub) { timer timer 5; pub pub : message; sub app : message; }
      actor actor(local) { { device : timer(sub = local); } }`)
    expect(names(app.components[0]?.ports)).to.deep.equal(['timer', 'pub', 'app'])
    expect(app.actors[0]?.instances[0]?.actuals[0]?.param?.name).to.equal('local')
  })
})

describe('a .riaps file that is none', () => {
  const lines: [text: string, problems: readonly string[]][] = [
    ['', ["1:1: expected 'app', found the end of the file"]],
    ['app A {\n  message M\n  message N;\n}', ["3:3: expected ';', found 'message'"]],
    ['app A {\n  message 7;\n}', ["2:11: expected a name, found '7'"]],
    ['app A { message M;', ["1:19: expected '}', found the end of the file"]],
    ['app A { component C { pub p M; } }', ["1:29: expected ':', found 'M'"]],
    ['app A { component C { timer t 1.5; } }', ["1:31: expected a whole number, found '1.5'"]],
    ['app A { component C { timer t -5; } }', ["1:31: expected a whole number, found '-5'"]],
    ['app A { component C { pub p : M within 5; } }', ["1:33: expected ';', found 'within'"]],
    ['app A { component C { clt p : (M, N) within 5; } }', ["1:38: expected ';', found 'within'"]],
    ['app A { component C(a = b) {} }', ["1:25: expected a value as default, found the name 'b'"]],
    ['app A { component C { req p : (M, ); } }', ["1:35: expected a name, found ')'"]],
    ['app A { library "x; }', ['1:17: the text that begins here with " has no end']],
    ['app A { /* never ends }', ['1:9: the comment that begins here has no end']],
    ['app A { message ?; }', ['1:17: "?" means nothing here']],
    ['message M;', ["1:1: expected 'app', found 'message'"]],
  ]
  for (const [text, problems] of lines) {
    it(`says where and why: ${JSON.stringify(text)}`, () => {
      const found = problemsOf(text)
      expect(found).to.include.members(problems.map((problem) => `a.riaps:${problem}`))
    })
  }

  it('tells several mistakes at once', () => {
    const text = 'app A {\n message M\n message N;\n component C { pub p M; }\n actor X { { c C; } }\n}'
    expect(problemsOf(text)).to.deep.equal([
      "a.riaps:3:2: expected ';', found 'message'",
      "a.riaps:4:22: expected ':', found 'M'",
      "a.riaps:5:16: expected ':', found 'C'",
    ])
  })

  it('tells no more than a bounded number of them', () => {
    const found = problemsOf(`app A {${' message ;'.repeat(1000)} }`)
    expect(found).to.have.length(commandLimits.modelProblems + 1)
    expect(found.at(-1)).to.match(/^a\.riaps: and \d+ more$/)
  })

  it('is refused where it is too long to be a model', () => {
    expect(problemsOf(' '.repeat(commandLimits.modelBytes + 1))).to.deep.equal([
      `a.riaps: it has more than ${commandLimits.modelBytes} bytes; is it a model?`,
    ])
  })
})
