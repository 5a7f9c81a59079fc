/** Pinger and ponger as `quorate run` runs them: real processes, one that naps, dies, and comes again. */
import { expect } from 'chai'
import { appForTests } from '../support/app-for-tests.js'

describe('the pingpong', function () {
  this.timeout(60_000)
  const run = appForTests('pingpong')

  const textsOf = (running: ReturnType<typeof run>): string[] =>
    running.events.flatMap(({ msg }) => (msg === undefined ? [] : [String(msg)]))
  const countOf = (running: ReturnType<typeof run>, pattern: RegExp): number =>
    textsOf(running).filter((text) => pattern.test(text)).length

  it('gets pongs, gives a ping up over which the ponger sleeps, and goes on with the next', async () => {
    const both = run('--rest', '20', '--patience', '300', '--nap', '3', '--asleep', '400')
    await both.until(() => countOf(both, /^ping \d+: no pong within 300 ms$/) >= 2, 'two naps')
    await both.until(() => countOf(both, /^ping \d+: pong of Ponger/) >= 5, 'five pongs')
    const pongs = textsOf(both).flatMap((text) => /^ping (\d+): pong/.exec(text)?.[1] ?? [])
    // None twice, and none that was given up: a late pong is of no ping.
    expect(new Set(pongs).size).to.equal(pongs.length)
    for (const text of textsOf(both).filter((each) => each.includes('no pong'))) {
      expect(pongs).not.to.include(/^ping (\d+)/.exec(text)?.[1])
    }
    both.signal('SIGINT')
    expect(await both.ended).to.deep.include({ code: 0, stderr: [] })
  })

  it('knows at once that the ponger died, and plays on with another', async () => {
    const pinger = run('Pinger', '--rest', '20', '--patience', '30000')
    const ponger = run('Ponger', '--nap', '0', '--lives', '3')
    await pinger.until(() => countOf(pinger, /the ponger is gone/) === 1, 'the death of the ponger')
    // Well before its patience was over.
    await pinger.until(() => countOf(pinger, /nobody is there/) >= 1, 'nobody left')
    expect((await ponger.ended).code).to.equal(137)
    const before = countOf(pinger, /: pong of Ponger/)
    expect(before).to.equal(3)
    run('Ponger', '--nap', '0')
    await pinger.until(() => countOf(pinger, /: pong of Ponger/) >= before + 3, 'pongs of the other')
    pinger.signal('SIGINT')
    expect((await pinger.ended).code).to.equal(0)
    expect(pinger.events.map(({ event }) => event)).not.to.include('error')
  })
})
