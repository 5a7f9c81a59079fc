/** The app that tests deploy: nodes that form a group, and vote as fast as they can. */

export interface AppVersion {
  readonly version?: string
  readonly quorum?: number
  /** The schema of the message of its ports, behind `z.`. */
  readonly word?: string
  /** What a node does when it is made. */
  readonly made?: string
}

export function appText({
  version = '1.0.0',
  quorum = 2,
  word = 'object({ text: z.string() })',
  made = '',
}: AppVersion = {}): string {
  return `
import { actor, app, Component, group, message, number, type AnyGroup, type Group } from 'quorate'
import { z } from 'zod'

const Word = message('Word', z.${word})
const Cell = group({ quorum: ${quorum}, using: Word })

class Node extends Component<{ every: number }> {
  readonly word = this.pub(Word)
  readonly heard = this.sub(Word, () => undefined)
  cell?: Group<never>
  readonly poll = this.timer(this.params.every, () => this.ask())
  override async onActivate() {
    ${made}
    this.log.info('version ${version}')
    this.cell = await this.joinGroup(Cell, 'north') as never
  }
  ask() {
    if (!this.cell?.isLeader) return
    this.cell.requestVote('more?', { timeout: 20000 }).catch(() => undefined)
  }
  override onVoteRequest(_cell: AnyGroup, poll: { id: string }) {
    this.log.info('asked ' + poll.id)
    return true
  }
  override onVoteResult(_cell: AnyGroup, result: { id: string, outcome: string }) {
    this.log.info('result ' + result.id + ' ' + result.outcome)
  }
  override onLeaderElected(_cell: AnyGroup, leader: { id: string, epoch: number, term: number }) {
    this.log.info('leads ' + leader.epoch + ' ' + leader.term + ' ' + leader.id)
  }
}

export default app('APP_NAME', {
  version: '${version}',
  groups: { Cell },
  actors: {
    Node: actor({
      params: { every: number(200, 'milliseconds between two polls') },
      components: (p) => ({ node: [Node, { every: p.every }] }),
    }),
  },
})
`
}
