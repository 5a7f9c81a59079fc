/** A component leaves its group from wherever it likes: it has left soon, and its seat is another's. */
import { expect } from 'chai'
import type { AnyGroup } from '../../../../runtime/index.js'
import { createTestNetwork, type TestNetwork } from '../../../../testing/index.js'
import { Cell, Cellist, cells } from './cell.js'
import { first, leaderOf, started } from './cells.js'

interface Cast {
  readonly leader: Cellist
  readonly leaving: Cellist
  readonly third: Cellist
}

/** What leads to a hook of the one that leaves. */
const occasions: readonly [hook: string, (cast: Cast, leave: (group: AnyGroup) => void) => void][] = [
  [
    'onGroupMessage',
    ({ leader, leaving }, leave) => {
      leaving.onGroupMessage = leave
      leader.in.send({ n: 1 })
    },
  ],
  [
    'onOrderedMessage',
    ({ leader, leaving }, leave) => {
      leaving.onOrderedMessage = leave
      void leader.in.sendOrdered({ n: 1 })
    },
  ],
  [
    'onVoteRequest',
    ({ leader, leaving }, leave) => {
      leaving.onVoteRequest = (group) => {
        leave(group)
        return undefined
      }
      void leader.in.requestVote('x')
    },
  ],
  [
    'onLeaderExited',
    ({ leader, leaving, third }, leave) => {
      leaving.onLeaderExited = leave
      void leader.in.transferLeadership(third.in.id)
    },
  ],
]

describe('a component that leaves', () => {
  let network: TestNetwork
  beforeEach(() => {
    network = createTestNetwork({ seed: 1 })
  })
  afterEach(() => network.close())

  for (const [hook, happens] of occasions) {
    it(`in ${hook} has left at once, and the next one gets its seat`, async () => {
      const { members } = await started(network, ['A', 'B', 'C'])
      const { leader, others } = leaderOf(members)
      const [leaving, third] = others
      if (!leaving || !third) throw new Error('two are missing')
      let tookMs: number | undefined
      happens({ leader, leaving, third }, (group) => {
        const beganMs = network.now
        void group.leave().then(() => {
          tookMs ??= network.now - beganMs
        })
      })
      await network.until(() => tookMs !== undefined)
      expect(tookMs).to.be.below(200)
      const next = (await network.start(cells, 'Idle')).component(Cellist)
      const group = await network.settled(next.join(Cell))
      await network.until(() => first(members).in.hasLeader || group.hasLeader)
      await network.until(() => group.members.some(({ isSelf }) => isSelf))
    })
  }
})
