/**
 * A process with members of one group, who tell the test over IPC what they hear of leaders, and do what it
 * says: a burst, traffic without an end, messages to the leader, or nothing at all for a while.
 */
import { actor, app, Component, type Group, type GroupSender, group, message, startActor } from 'quorate'
import { z } from 'zod'

const [name = '', members = '1', quorum = '2'] = process.argv.slice(2)
const Data = message('Data', z.object({ n: z.number(), text: z.string() }))
type Data = { n: number; text: string }
const Cell = group({ quorum: Number(quorum), using: Data })
/** 100 bytes on the wire, about. */
const TEXT = 'x'.repeat(80)
/** What one sends in one turn of the event loop, and the least time between two such, in a burst. */
const AT_ONCE = 100
const PAUSE_MS = 50

const aboard: Sailor[] = []
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
const tell = (what: object): void => void process.send?.(JSON.stringify({ atMs: Date.now(), ...what }))

class Sailor extends Component {
  cell: Group<Data> | undefined
  #floods = false
  #answers = 0

  override async onActivate(): Promise<void> {
    aboard.push(this)
    tell({ is: 'joining' })
    this.cell = await this.joinGroup(Cell, 'north')
    tell({ is: 'joined', member: this.cell.id })
  }
  override onLeaderElected(group: Group<Data>, { id, isSelf }: { id: string; isSelf: boolean }): void {
    const { epoch, term } = group
    tell({ is: 'led', by: id, isSelf, member: group.id, epoch, term })
  }
  override onStall(ms: number): void {
    tell({ is: 'stalled', ms })
  }
  override onMessageToLeader(group: Group<Data>, data: Data, from: GroupSender): void {
    if (group.isLeader) group.sendToMember(from, data)
  }
  override onMessageFromLeader(): void {
    this.#answers++
  }

  async burst(count: number): Promise<void> {
    for (let n = 0; n < count; n++) {
      this.cell?.send({ n, text: TEXT })
      if (n % AT_ONCE === AT_ONCE - 1) await new Promise((resolve) => setTimeout(resolve, PAUSE_MS))
    }
    tell({ is: 'sent' })
  }

  /** As fast as the event loop goes round. */
  async flood(): Promise<void> {
    this.#floods = true
    for (let n = 0; this.#floods; n++) {
      this.cell?.send({ n, text: TEXT })
      if (n % AT_ONCE === AT_ONCE - 1) await turn()
    }
  }

  calm(): void {
    this.#floods = false
  }

  /** How many were taken, and why others were not. */
  async write(count: number): Promise<void> {
    const writing = Array.from({ length: count }, (_, n) => this.cell?.sendToLeader({ n, text: TEXT }))
    const ends = await Promise.allSettled(writing)
    const codes = ends.flatMap((end) => (end.status === 'rejected' ? [String(end.reason?.code)] : []))
    tell({ is: 'written', done: count - codes.length, codes: [...new Set(codes)] })
  }

  state(): void {
    const { stats, size, hasLeader, leader, isLeader } = this.cell ?? {}
    const { received = 0, missed = 0, dropped = 0 } = stats ?? {}
    const answers = this.#answers
    tell({ is: 'state', received, missed, dropped, size, hasLeader, leader: leader?.id, isLeader, answers })
  }
}

process.on('message', (said) => {
  const [what, number = 0] = JSON.parse(String(said))
  if (what === 'block') {
    const endMs = performance.now() + number
    while (performance.now() < endMs);
    return
  }
  for (const sailor of aboard) {
    if (what === 'burst') void sailor.burst(number)
    else if (what === 'flood') void sailor.flood()
    else if (what === 'calm') sailor.calm()
    else if (what === 'write') void sailor.write(number)
    else sailor.state()
  }
})

const components = Object.fromEntries(Array.from({ length: Number(members) }, (_, n) => [`s${n}`, Sailor]))
const crew = app(name, { actors: { Boat: actor({ components: () => components }) }, groups: { Cell } })
await startActor(crew, 'Boat', { interface: '127.0.0.1', sink: { write: () => undefined } })
