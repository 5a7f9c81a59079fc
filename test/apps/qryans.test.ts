/** Query and answer as their README starts them: real processes. */
import { expect } from 'chai'
import { appForTests } from '../support/app-for-tests.js'

describe('the app qryans', function () {
  this.timeout(60_000)
  const run = appForTests('qryans')

  it('asks one and many, gets several answers, and gives work to who asks for it', async () => {
    const first = run('--period', '100', '--pace', '20')
    /** What the events told under a name. */
    const told = (name: string): unknown[] => first.events.map((event) => event[name])
    await first.until(() => told('answerers').includes(1), '1–1')
    await first.until(() => [2, 1, 0].every((left) => told('left').includes(left)), 'several answers')
    await first.until(() => told('done').includes('desserts'), 'a job that is done')
    const more = run('Answerer', '--count', '2')
    const all = (event: Record<string, unknown>): boolean =>
      event.answerers === 3 && Array.isArray(event.squares) && event.squares.length === 3
    await first.until(() => first.events.some(all), '1–N')
    await more.kill()
    const seen = first.events.length
    const again = (event: Record<string, unknown>): boolean => event.answerers === 1 && event.lost === 0
    await first.until(() => first.events.slice(seen).some(again), '1–1 again')
    const workers = run('Worker', '--count', '2')
    const byWorkers = (): number => new Set(told('worker').filter(Boolean)).size
    await first.until(() => byWorkers() === 3, 'jobs for three workers')
    await workers.kill()
    first.signal('SIGINT')
    const ended = await first.ended
    expect(ended, JSON.stringify(ended).slice(-3000)).to.deep.include({ code: 0, stderr: [] })
    expect(first.events.map(({ event }) => event)).not.to.include('error')
  })
})
