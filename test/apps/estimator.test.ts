/** The estimator as its README starts it: real processes, messages that stay on the host. */
import { expect } from 'chai'
import { appForTests } from '../support/app-for-tests.js'

const QUICK = ['--period', '20']

interface Shown {
  readonly estimate: number
  readonly sensors: number
  readonly hosts: number
}

describe('the estimator', function () {
  this.timeout(60_000)
  const run = appForTests('estimator')

  it('follows its sensors: those that come, those that are killed, and silence', async () => {
    const first = run('--show', '50', '--silence', '500', ...QUICK)
    const last = (): Shown | undefined => first.events.findLast(isShown)
    const near = (value: number): boolean => Math.abs((last()?.estimate ?? 0) - value) < 1
    await first.until(() => last()?.sensors === 1 && near(20), 'the estimate of one sensor')
    const more = run('Sensor', '--count', '2', '--value', '26', ...QUICK)
    await first.until(() => last()?.sensors === 3 && near(24), 'the estimate of all three')
    expect(last()?.hosts).to.equal(1)
    await more.kill()
    await first.until(() => last()?.sensors === 1 && near(20), 'the estimate of the one that is left')
    first.signal('SIGINT')
    expect(await first.ended).to.deep.include({ code: 0, stderr: [] })
    const names = first.events.map(({ event }) => event)
    expect(names).not.to.include('error')
  })

  it('says so when no estimate comes', async () => {
    const alone = run('Aggregator', '--silence', '50')
    await alone.line(/no estimate for 50 ms/)
  })
})

function isShown(event: Record<string, unknown>): event is Record<string, unknown> & Shown {
  return event.event === 'log' && typeof event.estimate === 'number'
}
