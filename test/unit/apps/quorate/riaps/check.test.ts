import { expect } from 'chai'
import { checkModel } from '../../../../../apps/quorate/riaps/check.js'
import { parseModel } from '../../../../../apps/quorate/riaps/model-parser.js'

function findingsOf(parts: string): { errors: string[]; warnings: string[] } {
  const [app] = parseModel(`app A {\n${parts}\n}`, 'a.riaps')
  if (!app) throw new Error('there is no app')
  const { errors, warnings } = checkModel(app)
  const told = (all: typeof errors) => all.map(({ at, text }) => `${at.line}:${at.column} ${text}`)
  return { errors: told(errors), warnings: told(warnings) }
}

/** Whole but for what is put into it. */
function around({
  messages = '',
  component = '',
  formals = '',
  actor = '',
  actuals = '',
  more = '',
}): string {
  return `message M; ${messages}\ncomponent C${formals} { ${component} }\n${more}
actor X(given) { ${actor}\n{ c : C${actuals}; } }`
}

describe('the check of a model', () => {
  it('finds nothing in one that is whole', () => {
    const text = around({ component: 'pub p : M; sub s : M;', formals: '(a, b = 1)', actuals: '(a = given)' })
    expect(findingsOf(text)).to.deep.equal({ errors: [], warnings: [] })
  })

  const errors: [what: string, text: string, error: string][] = [
    ['an unknown message of a port', around({ component: 'pub p : N;' }), '3:23 there is no message N'],
    ['an unknown message of a group', around({ more: 'group G using N;' }), '4:15 there is no message N'],
    ['an unknown message of a scope', around({ actor: 'local N;' }), '5:24 there is no message N'],
    [
      'a message in two scopes',
      around({ actor: 'local M; internal M;' }),
      '5:36 actor X: message M is both local and internal',
    ],
    ['two messages of a name', around({ messages: 'message M;' }), '2:20 message: M is there twice'],
    ['two ports of a name', around({ component: 'sub p:M; pub p:M;' }), '3:28 port of C: p is there twice'],
    ['two parameters of a name', around({ formals: '(a=1, a=2)' }), '3:18 parameter of C: a is there twice'],
    ['two components of a name', around({ more: 'device C {}' }), '4:8 component: C is there twice'],
    ['two actors of a name', around({ more: 'actor X { { c : C; } }' }), '5:7 actor: X is there twice'],
    ['a value for no parameter', around({ actuals: '(z = 1)' }), '6:9 X.c: component C has no parameter z'],
    [
      'a parameter that the actor does not have',
      around({ formals: '(a)', actuals: '(a = z)' }),
      '6:13 X.c: actor X has no parameter z',
    ],
    [
      'a parameter without a value',
      around({ formals: '(a)' }),
      '6:3 X.c: parameter a of component C is given no value',
    ],
    [
      'a question and an answer in different scopes',
      around({ messages: 'message N;', component: 'qry q:(M,N); ans a:(M,N);', actor: 'local M;' }),
      '6:3 X.c, port q: M is local and N global: a port needs both in one scope',
    ],
    ['an unknown component', 'actor X { { c : Z; } } component C {}', '2:17 X.c: there is no component Z'],
    ['an app without actors', 'component C {}', '1:5 the app A has no actor'],
    ['an app without components', 'actor X { { } }', '1:5 the app A has no component'],
    ['an actor without components', 'component C {} actor X { { } }', '2:22 actor X has no component'],
  ]
  for (const [what, text, error] of errors) {
    it(`refuses ${what}`, () => {
      expect(findingsOf(text).errors).to.include(error)
    })
  }

  const warnings: [what: string, text: string, warning: string][] = [
    ['that nobody answers', around({ component: 'pub p : M;' }), '3:19 C.p: no component has a sub of M'],
    [
      'that an answer is of another kind',
      around({ messages: 'message N;', component: 'req r : (M, N); ans a : (M, N);' }),
      '3:19 C.r: no component has a rep of M, N',
    ],
    ['of a component in no actor', around({ more: 'component D {}' }), '4:11 component D is in no actor'],
    [
      'of a device whose messages leave the host',
      'message M; device D { pub p : M; sub s : M; } actor X { { d : D; } }',
      '2:59 X.d, port p: RIAPS refuses it, the messages of a device must be local or internal to its actor',
    ],
    [
      'of times that do not grow',
      around({ more: 'group G with leader using M heartbeat = 1600;' }),
      '4:7 group G: RIAPS refuses these times, they do not grow: ' +
        'heartbeat 1600 < electionMin 1500 < electionMax 2000 < peerTimeout 3000',
    ],
    [
      'of a vote that may outlast an election',
      around({ more: 'group G with leader using M consensusTimeout = 2000;' }),
      '4:7 group G: RIAPS refuses these times: consensusTimeout 2000 is not below electionMax 2000',
    ],
  ]
  for (const [what, text, warning] of warnings) {
    it(`warns ${what}`, () => {
      const found = findingsOf(text)
      expect(found.errors).to.deep.equal([])
      expect(found.warnings).to.include(warning)
    })
  }
})
