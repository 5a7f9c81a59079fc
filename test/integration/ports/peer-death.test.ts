import { expect } from 'chai'
import { Ans } from '../../../ports/ans.js'
import type { PeerPort } from '../../../ports/port.js'
import { Pub } from '../../../ports/pub.js'
import { Qry } from '../../../ports/qry.js'
import { rejectionOf } from '../../rejection.js'
import { eventually } from '../../support/eventually.js'
import { Answer, Anything, Question } from '../../support/messages.js'
import { TestActors } from '../../support/port-environment.js'
import { Program } from '../../support/program.js'
import { TcpProxy } from '../../support/tcp-proxy.js'

/** At once, for a machine that has other things to do. */
const AT_ONCE_MS = 1000

describe('death of a peer', () => {
  const actors = new TestActors()
  const programs: Program[] = []
  afterEach(async () => {
    actors.close()
    for (const program of programs.splice(0)) await program.kill()
  })

  async function start(name: string, args: readonly string[] = []): Promise<Program> {
    const program = new Program(new URL(`programs/${name}.ts`, import.meta.url), args)
    programs.push(program)
    return program
  }

  async function asking() {
    const program = await start('answerer')
    const peer: PeerPort = JSON.parse(await program.hear())
    const qry = await actors.add().open(new Qry(Question, Answer))
    qry.update(peer)
    await eventually(() => qry.connected === 1, 'connected')
    return { program, peer, qry }
  }

  it('by kill -9 rejects every query that it held, at once', async () => {
    const { program, qry } = await asking()
    expect(await qry.ask({ n: 1 })).to.deep.equal({ n: 1 })
    const asked = Array.from({ length: 100 }, () => rejectionOf(qry.ask({ n: -1 }, { timeout: 60_000 })))
    await eventually(() => qry.stats.sent === 101, 'the queries left')
    await program.kill()
    const from = performance.now()
    for (const error of await Promise.all(asked)) expect(error).to.include({ code: 'peer-lost' })
    expect(performance.now() - from).to.be.below(AT_ONCE_MS)
    expect([qry.connected, qry.inFlight]).to.deep.equal([0, 0])
    expect(await rejectionOf(qry.ask({ n: 1 }))).to.include({ code: 'not-connected' })
  })

  it('that is only a stop: what timed out is not handled when it goes on; the rest is', async () => {
    const { program, qry } = await asking()
    program.pause()
    const short = qry.ask({ n: 1 }, { timeout: 50 })
    const long = qry.ask({ n: 2 }, { timeout: 8000 })
    expect(await rejectionOf(short)).to.include({ code: 'timeout' })
    program.resume()
    expect(await long).to.deep.equal({ n: 2 })
    program.say('handled')
    expect(JSON.parse(await program.hear())).to.deep.equal([2])
    expect(qry.stats.late).to.equal(0)
  })

  it('that only hung, but was taken for dead: what was asked is not handled when it goes on', async () => {
    const { program, peer, qry } = await asking()
    program.say('block')
    expect(await program.hear()).to.equal('blocking')
    const asked = rejectionOf(qry.ask({ n: 1 }, { timeout: 60_000 }))
    await eventually(() => qry.stats.sent === 1, 'the query left')
    qry.drop(peer)
    expect(await asked).to.include({ code: 'peer-lost' })
    qry.update(peer)
    await eventually(() => qry.connected === 1, 'connected again')
    expect(await qry.ask({ n: 3 }, { timeout: 8000 })).to.deep.equal({ n: 3 })
    program.say('handled')
    expect(JSON.parse(await program.hear())).to.deep.equal([3])
  })

  it('by closing gracefully rejects what it had not answered, and nothing that it had', async () => {
    const environment = actors.add('Answerer')
    const ans = new Ans(Question, Answer, ({ n }, reply) => {
      if (n >= 0) reply({ n })
      if (n === 9) ans.close(200)
    })
    await environment.open(ans)
    const qry = await actors.add().open(new Qry(Question, Answer))
    qry.update(environment.peer(ans))
    await eventually(() => qry.connected === 1, 'connected')
    const lost = rejectionOf(qry.ask({ n: -1 }))
    const answered = Array.from({ length: 10 }, (_, n) => qry.ask({ n }))
    expect(await Promise.all(answered)).to.deep.equal(Array.from({ length: 10 }, (_, n) => ({ n })))
    expect(await lost).to.include({ code: 'peer-lost' })
    expect(qry.connected).to.equal(0)
  })

  it('of a subscriber is seen by its publisher', async () => {
    const environment = actors.add('Publisher')
    const pub = await environment.open(new Pub(Anything))
    const program = await start('subscriber', [JSON.stringify(environment.peer(pub))])
    expect(await program.hear()).to.equal('connected')
    expect(pub.connected).to.equal(1)
    await program.kill()
    await eventually(() => pub.connected === 0, 'the subscriber is gone')
  })

  it('on the way rejects what was under way; the port connects again and works on', async () => {
    const environment = actors.add('Answerer')
    const ans = await environment.open(new Ans(Question, Answer, ({ n }, reply) => n >= 0 && reply({ n })))
    const proxy = await TcpProxy.to(ans.endpoint)
    const qry = await actors.add().open(new Qry(Question, Answer))
    qry.update(environment.peer(ans, proxy.endpoint))
    await eventually(() => qry.connected === 1, 'connected')
    for (let round = 0; round < 3; round++) {
      const lost = rejectionOf(qry.ask({ n: -1 }, { timeout: 60_000 }))
      await eventually(() => ans.stats.received === 2 * round + 1, 'the query is there')
      proxy.cut()
      expect(await lost).to.include({ code: 'peer-lost' })
      await eventually(() => qry.connected === 1, 'connected again')
      expect(await qry.ask({ n: round })).to.deep.equal({ n: round })
    }
    expect(ans.connected).to.equal(1)
    proxy.close()
  })
})
