/** What RIAPS tells of deadlines, row by row, with handlers of all kinds of port. */
import { expect } from 'chai'
import { z } from 'zod'
import { Component, type DeadlineEvent, message } from '../../../runtime/index.js'
import { eventually } from '../../support/eventually.js'
import { HeldActors } from '../../support/held-actors.js'

const Q = message('Q', z.object({ n: z.number() }))
const A = message('A', z.object({ n: z.number() }))

/** Long enough for a deadline of a millisecond, on any machine. */
const LONG_MS = 5
const options = { deadline: '1ms' }

abstract class Watched extends Component {
  readonly told: DeadlineEvent[] = []
  override onDeadline(event: DeadlineEvent): void {
    this.told.push(event)
  }
}

function takeLong<T>(result: T): T {
  const until = performance.now() + LONG_MS
  while (performance.now() < until);
  return result
}

class Answering extends Watched {
  readonly answer = this.ans(Q, A, (query, reply) => reply(takeLong(query)), options)
  readonly reply = this.rep(Q, A, takeLong, options)
  readonly serve = this.srv(Q, A, takeLong, options)
  readonly say = this.pub(A)
}

class Asking extends Watched {
  readonly heard = this.sub(A, takeLong, options)
  readonly ask = this.qry(Q, A, takeLong, options)
  readonly request = this.req(Q, A, takeLong, options)
  readonly caller = this.clt(Q, A)
  readonly alarm = this.timer('sporadic', takeLong, options)
  readonly within = this.inside(Q, takeLong, options)
}

describe('deadline', () => {
  const actors = new HeldActors()
  afterEach(actors.stop)

  it('handleDeadline(), here onDeadline, tells whose handler ran longer: of every kind', async () => {
    const answering = (await actors.start(Answering)).it
    const { it } = await actors.start(Asking)
    await Promise.all([it.heard, it.ask, it.request, it.caller, answering.say].map((port) => port.ready()))
    answering.say.send({ n: 1 })
    await Promise.all([it.ask.send({ n: 2 }), it.request.send({ n: 3 }), it.caller.call({ n: 4 })])
    await it.within.push({ n: 5 })
    it.alarm.launch(1)
    const ports = (watched: Watched): string[] => watched.told.map(({ port }) => port).sort()
    await eventually(() => it.told.length >= 5 && answering.told.length >= 3, 'every overrun')
    expect(ports(it)).to.deep.equal(['alarm', 'ask', 'heard', 'request', 'within'])
    expect(ports(answering)).to.deep.equal(['answer', 'reply', 'serve'])
    for (const { deadline, took } of [...it.told, ...answering.told]) {
      expect(deadline).to.equal(1)
      expect(took).to.be.at.least(LONG_MS - 0.5)
    }
  })

  it('is wall time until the handler has settled, also where it waits for a promise', async () => {
    class Waiting extends Watched {
      readonly alarm = this.timer('sporadic', () => new Promise((resolve) => setTimeout(resolve, 30)), {
        deadline: 10,
      })
    }
    const { it } = await actors.start(Waiting)
    it.alarm.launch(1)
    await eventually(() => it.told.length === 1, 'the overrun')
    expect(it.told[0]?.took).to.be.at.least(29)
  })

  it('is checked after the fact: the handler is not interrupted, and the log tells of it', async () => {
    let isDone = false
    class Slow extends Component {
      readonly alarm = this.timer(
        'sporadic',
        () => {
          takeLong(0)
          isDone = true
        },
        options,
      )
    }
    const { it, log } = await actors.start(Slow)
    it.alarm.launch(1)
    const line = await log.saying('took longer than its deadline')
    expect(line).to.include({ level: 'warn', port: 'it.alarm', deadline: 1 })
    expect(isDone).to.equal(true)
  })

  it('within N, here deadline: units are msec, sec and min; anything else is refused', async () => {
    class Units extends Component {
      readonly one = this.timer('1min', takeLong, { deadline: '5 msec' })
      readonly two = this.timer('1min', takeLong, { deadline: '0.5 sec' })
      readonly three = this.timer('1min', takeLong, { deadline: '2 min' })
      readonly none = this.timer('1min', takeLong)
    }
    const { it } = await actors.start(Units)
    const of = [it.one, it.two, it.three, it.none].map(({ deadlineMs }) => deadlineMs)
    expect(of).to.deep.equal([5, 500, 120_000, Number.POSITIVE_INFINITY])
    const hours: string = '5 hours'
    class Wrong extends Component {
      readonly tick = this.timer('1min', takeLong, { deadline: hours })
    }
    const error: unknown = await actors.start(Wrong).catch((thrown: unknown) => thrown)
    expect(error).to.have.property('code', 'bad-option')
    expect(error).property('message').to.contain('the deadline of a port cannot be "5 hours"')
  })
})
