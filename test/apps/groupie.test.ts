/** Groupies as `quorate run` runs them: real processes that do what a script says, and count. */
import { expect } from 'chai'
import { appForTests } from '../support/app-for-tests.js'
import type { CliProcess } from '../support/cli.js'

type Counts = Readonly<Record<string, number>>

interface Counted {
  readonly label: string
  readonly group: string
  readonly counts: Counts
}

describe('the groupie', function () {
  this.timeout(60_000)
  const run = appForTests('groupie')

  /** What each counted last of a group. */
  const countsOf = (running: CliProcess, group: string): Counts[] => {
    const all = running.events.filter(isCounted).filter((event) => event.group === group)
    const labels = [...new Set(all.map(({ label }) => label))].sort()
    return labels.map((label) => all.findLast((event) => event.label === label)?.counts ?? {})
  }

  it('sends, votes, acts, leaves and comes back in three processes, and ends by itself', async () => {
    const script = `join A; send 20/s; order 10/s; tell leader 10/s; vote majority 5/s;
      act consensus 2/s ahead 200ms;
      join Crowd.B; send 20/s; leave after 2s; rejoin after 1s; end after 6s`
    const running = run('--count', '3', '--script', script, '--show', '60000')
    expect(await running.ended).to.deep.include({ code: 0, stderr: [] })
    const pairs = countsOf(running, 'Pair.A')
    expect(pairs).to.have.length(3)
    for (const { received = 0, 'received in order': inOrder = 0, yes = 0, actions = 0, elections } of pairs) {
      expect(received).to.be.above(100)
      expect(inOrder).to.be.above(30)
      expect(yes).to.be.above(10)
      expect(actions).to.be.above(2)
      expect(elections).to.be.at.least(1)
    }
    const told = pairs.reduce((sum, counts) => sum + (counts['told the leader'] ?? 0), 0)
    const heard = pairs.reduce((sum, counts) => sum + (counts['told as leader'] ?? 0), 0)
    expect(heard).to.be.within(60, told)
    const crowds = countsOf(running, 'Crowd.B')
    expect(crowds).to.have.length(3)
    for (const { received, joined } of crowds) {
      expect(received).to.be.above(60)
      expect(joined).to.be.above(2)
    }
    const texts = running.events.map(({ msg }) => String(msg))
    expect(texts.filter((text) => text === 'left Crowd.B')).to.have.length(3)
    expect(texts.filter((text) => text === 'joined Crowd.B')).to.have.length(6)
    expect(running.events.map(({ event }) => event)).not.to.include('error')
  })

  it('does not start with a script that makes no sense, and says which word is wrong', async () => {
    const running = run('--script', 'join A; send 10')
    expect((await running.ended).code).to.equal(2)
    const refusal = running.events.find(({ event }) => event === 'error')
    expect(refusal).to.include({ code: 'bad-parameter', exit: 2 })
    expect(refusal?.msg).to.equal(
      'the script is not understood at "10" in "send 10": write how often a second, as 10/s or 0.5/s',
    )
  })
})

function isCounted(event: Record<string, unknown>): event is Record<string, unknown> & Counted {
  return typeof event.counts === 'object' && typeof event.label === 'string'
}
