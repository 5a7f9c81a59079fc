/** The averager as `npm start` runs it: real processes, real readings, mDNS on loopback. */

import { expect } from 'chai'
import { appForTests } from '../support/app-for-tests.js'

interface Shown {
  readonly label: string
  readonly nodes: number
  readonly reading: number
  readonly estimate: number
  readonly errorPercent: number
}

describe('the averager', function () {
  this.timeout(60_000)
  const run = appForTests('averager')

  it('three processes agree on the mean of their sensors within 1 %, and end with 0 on Ctrl-C', async () => {
    const running = run('--count', '3', '--show', '250')
    /** What each of the three showed last. */
    const round = (): Shown[] => {
      const shown = running.events.filter(isShown)
      return ['Averager.0', 'Averager.1', 'Averager.2'].flatMap(
        (label) => shown.findLast((each) => each.label === label) ?? [],
      )
    }
    const agree = (): boolean => {
      const shown = round()
      const mean = shown.reduce((sum, { reading }) => sum + reading, 0) / shown.length
      return (
        shown.length === 3 &&
        shown.every(({ nodes, errorPercent }) => nodes === 3 && errorPercent < 1) &&
        shown.every(({ estimate }) => Math.abs(estimate - mean) < mean / 100)
      )
    }
    await running.until(agree, 'an agreement of all three')
    running.signal('SIGINT')
    expect(await running.ended).to.deep.include({ code: 0, stderr: [] })
    const names = running.events.map(({ event }) => event)
    expect(names.filter((name) => name === 'stopped')).to.have.length(3)
    expect(names).not.to.include('error')
  })
})

function isShown(event: Record<string, unknown>): event is Record<string, unknown> & Shown {
  return event.event === 'log' && typeof event.errorPercent === 'number'
}
