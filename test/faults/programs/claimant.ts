/**
 * A process whose actors join one group, each by the quorum that the test says, and which tells over IPC who
 * joined, who was refused, and from when to when each of its members was allowed to act as the leader.
 */
import { actor, app, Component, type Group, group, message, type RunningActor, startActor } from 'quorate'
import { z } from 'zod'

const LOOK_MS = 1
const TELL_MS = 20
const [name = ''] = process.argv.slice(2)
const Data = message('Data', z.object({ n: z.number() }))
const tell = (what: object): void => void process.send?.(JSON.stringify(what))

function nowMs(): number {
  const [seconds, nanoseconds] = process.hrtime()
  return seconds * 1e3 + nanoseconds / 1e6
}

/** While a member held one token, as far as it was looked at. */
interface Acting {
  readonly is: 'acts'
  readonly quorum: number
  readonly member: string
  readonly token: string
  readonly fromMs: number
  untilMs: number
}

const members = new Map<Group<{ n: number }>, number>()
const acting = new Map<Group<{ n: number }>, Acting>()

function look(): void {
  for (const [group, quorum] of members) {
    const beforeMs = nowMs()
    const { token, id: member } = group
    const afterMs = nowMs()
    const text = token && `${token.epoch}.${token.term}`
    const last = acting.get(group)
    if (last && last.token === text && last.member === member) last.untilMs = beforeMs
    else {
      if (last) tell(last)
      acting.delete(group)
      if (text) {
        const span = { quorum, member, token: text, fromMs: afterMs, untilMs: afterMs }
        acting.set(group, { is: 'acts', ...span })
      }
    }
  }
}

function typed(quorum: number) {
  const Cell = group({ quorum, using: Data })
  class Claimant extends Component {
    override async onActivate(): Promise<void> {
      try {
        members.set(await this.joinGroup(Cell, 'north'), quorum)
        tell({ is: 'joined', quorum })
      } catch (error) {
        const code = error instanceof Error && 'code' in error ? error.code : String(error)
        tell({ is: 'refused', quorum, code })
      }
    }
  }
  return app(name, {
    actors: { Claimant: actor({ components: () => ({ claimant: Claimant }) }) },
    groups: { Cell },
  })
}

const apps = new Map([2, 3].map((quorum) => [quorum, typed(quorum)]))
const running: Promise<RunningActor>[] = []

async function stop(): Promise<void> {
  for (const started of running.splice(0)) await (await started).stop()
  look()
  members.clear()
  tell({ is: 'stopped' })
}

process.on('message', (said) => {
  const quorums: unknown = JSON.parse(String(said))
  if (!Array.isArray(quorums)) return void stop()
  for (const quorum of quorums) {
    const own = apps.get(quorum)
    const options = { interface: '127.0.0.1', sink: { write: () => undefined } }
    if (own) running.push(startActor(own, 'Claimant', { ...options, seats: 'all' }))
  }
})
process.on('disconnect', () => process.exit())
setInterval(look, LOOK_MS)
setInterval(() => {
  for (const each of acting.values()) tell(each)
}, TELL_MS)
tell({ is: 'ready' })
