/** Types of groups: what app() refuses, and what members must agree on. */
import { expect } from 'chai'
import { differenceOf, namedGroupTypes } from '../../../../runtime/groups/group-type.js'
import {
  type AppSpec,
  actor,
  app,
  Component,
  type GroupOptions,
  group,
  message,
} from '../../../../runtime/index.js'

class Nothing extends Component {}
const Data = message('Data')
const actors = { A: actor({ components: () => ({ nothing: Nothing }) }) }

function appWith(groups: NonNullable<AppSpec['groups']>): () => unknown {
  return () => app('test', { actors, groups })
}

/** What app() says of a group with these options. */
function refusal(options: Omit<GroupOptions, 'using'>): () => unknown {
  return appWith({ Cell: group({ using: Data, ...options }) })
}

describe('a type of groups', () => {
  it('is refused with a quorum that cannot lead', () => {
    for (const quorum of [0, 1, -2, 2.5, Number.NaN, 1000]) {
      expect(refusal({ quorum }))
        .to.throw(/Cell of the app test has the quorum/)
        .with.property('code', 'bad-quorum')
    }
    const text: unknown = '2'
    expect(() => Reflect.apply(refusal, undefined, [{ quorum: text }])()).to.throw(/the quorum "2": give an/)
    expect(refusal({ quorum: 2 })).not.to.throw()
    expect(refusal({})).not.to.throw()
  })

  it('is refused with times that break a rule, which is told', () => {
    const broken: [GroupOptions['timing'], RegExp][] = [
      [{ heartbeat: 0 }, /finite number above 0/],
      [{ heartbeat: 300 }, /3 × heartbeat ≤ electionMin/],
      [{ lease: 600 }, /word ≥ lease/],
      [{ electionMax: 500 }, /electionMax ≥ electionMin/],
      [{ grace: 10 }, /grace ≥ 2 × electionMax/],
      [{ word: 4e9, electionMin: 4e9, electionMax: 4e9 }, /no time is above 86400000, a day/],
    ]
    for (const [timing = 'lan', text] of broken) {
      expect(refusal({ quorum: 2, timing }))
        .to.throw(text)
        .with.property('code', 'bad-timing')
    }
    const profile: unknown = 'slow'
    expect(() => Reflect.apply(refusal, undefined, [{ quorum: 2, timing: profile }])()).to.throw(
      /no profile "slow"; take lan/,
    )
    for (const timing of [null, 3, [], new Map([['heartbeat', 10]])] as unknown[]) {
      expect(() => Reflect.apply(refusal, undefined, [{ quorum: 2, timing }])())
        .to.throw(
          /Cell of the app test has the timing (null|3|an object of another kind): give a profile \(lan, /,
        )
        .with.property('code', 'bad-timing')
    }
    const unknown: object = { heartbeet: 10 }
    expect(refusal({ quorum: 2, timing: unknown })).to.throw(/no time heartbeet/)
    expect(refusal({ quorum: 2, timing: 'wan' })).not.to.throw()
    expect(refusal({ quorum: 2, timing: { grace: 'never' } })).not.to.throw()
  })

  it('is refused with an option that there is not', () => {
    const given: object = { quorum: 2, quorums: 3 }
    expect(() => refusal(given))
      .to.throw(/a group has the option "quorums"; there are quorum, using, timed, timing, priority/)
      .with.property('code', 'bad-app')
  })

  it('is refused where it is none, has two names, or one that cannot be', () => {
    const Cell = group({ quorum: 2, using: Data })
    expect(appWith({ Cell, Other: Cell })).to.throw(/Cell and Other of the app test are one group type/)
    expect(appWith({ '1': Cell })).to.throw(/"1" names no app, actor or group/)
    expect(appWith({ Cell: { ...Cell } })).to.throw(/Cell of the app test is no group/)
    expect(() => Reflect.apply(group, undefined, [{ quorum: 2 }])).to.throw(/has no message/)
    expect(refusal({ quorum: 2, priority: -1 })).to.throw(/priority -1/)
  })

  it('may have a name of its own in each app', () => {
    const Cell = group({ quorum: 2, using: Data })
    expect(appWith({ Cell })).not.to.throw()
    expect(appWith({ Plant: Cell })).not.to.throw()
  })

  it('says what differs where members mean another group by the name', () => {
    const parametersOf = (options: Omit<GroupOptions, 'using'>): string => {
      const Cell = group({ using: Data, ...options })
      return namedGroupTypes('test', { Cell }).get(Cell)?.parameters ?? ''
    }
    const mine = parametersOf({ quorum: 2 })
    expect(differenceOf(mine, parametersOf({ quorum: 2 }))).to.equal(undefined)
    expect(differenceOf(mine, parametersOf({ quorum: 3 }))).to.equal('quorum 2 here, 3 there')
    expect(differenceOf(mine, parametersOf({ quorum: 2, timed: true, timing: { heartbeat: 90 } }))).to.equal(
      'timed no here, yes there; heartbeat 100 here, 90 there',
    )
    expect(differenceOf(mine, parametersOf({}))).to.match(
      /^quorum 2 here, none there; heartbeat 100 here, – there/,
    )
    expect(differenceOf(mine, 'garbage')).to.be.a('string')
  })
})
