import { expect } from 'chai'
import { timings } from '../../groups/timing.js'
import { story } from './story.js'

describe('simulated groups', function () {
  this.timeout(60_000)

  for (const { quorum, seats } of [
    { quorum: 2, seats: 3 },
    { quorum: 3, seats: 5 },
  ]) {
    it(`of quorum ${quorum} in ${seats} seats never have two leaders, and one when all is calm`, () => {
      for (let seed = 1; seed <= 100; seed++) {
        const { violation } = story({ seed, quorum, seats, timing: timings.lan, faultsMs: 12_000 })
        expect(violation?.message, `seed ${seed}`).to.equal(undefined)
      }
    })
  }

  it('with one seed tell the same story to the byte', () => {
    const [one, other] = [1, 2].map(() => {
      const lines: string[] = []
      const tell = (line: string): void => void lines.push(line)
      story({ seed: 7, quorum: 2, seats: 3, timing: timings.lan, faultsMs: 3000, tell })
      return lines.join('\n')
    })
    expect(one).to.have.length.above(10_000).and.equal(other)
  })
})
