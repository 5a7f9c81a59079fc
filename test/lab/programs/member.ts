/**
 * One host of the lab: an actor whose component is a member of the group of all, sends to all others by a
 * port, and acts as soon and as long as it may. To act is to look whether it leads, to work for a while, and
 * to write to the store outside, under the token that it had: whoever is stopped in between writes too late.
 */
import { connect } from 'node:net'
import {
  type AnyGroup,
  actor,
  app,
  Component,
  type Group,
  group,
  message,
  type PollRequest,
  type PollResult,
  startActor,
} from 'quorate'
import { z } from 'zod'
import type { Token } from '../token.js'
import type { Asked, Order, Word } from '../words.js'
import { Asker } from './asker.js'

const [name = '', own = '', seats = '', store = '', overdue = ''] = process.argv.slice(2)
const host = Number(own)
/** A planted fault: it acts on for so long when its lease is over. */
const overdueMs = Number(overdue)
const Beat = message('Beat', z.object({ host: z.number() }))
const Text = message('Text', z.object({ text: z.string() }))
type Text = { text: string }
const Cell = group({ quorum: 3, using: Text })
const BEAT_MS = 20
const LOOK_MS = 2
/** Between two actions, and between the look and the write of one. */
const ACT_MS = 10
const WORK_MS = 15
/** Between two looks: then it got no time. */
const STARVED_MS = 100
/** It tells at least so often that it acts: who is killed tells nothing more. */
const TELL_MS = 50

const tell = (word: Word): void => void process.send?.(word)

function nowMs(): number {
  const [seconds, nanoseconds] = process.hrtime()
  return seconds * 1e3 + nanoseconds / 1e6
}

type Acting = Extract<Word, { is: 'acting' }>

class Member extends Component {
  readonly beat = this.pub(Beat)
  readonly beats = this.sub(Beat, ({ host: of }) => this.#heard(of))
  readonly tick = this.timer(BEAT_MS, () => this.beat.send({ host }))
  #cell: Group<Text> | undefined
  #asker: Asker | undefined
  #seen = ''
  #joined = ''
  #acting: Acting | undefined
  #toldMs = 0
  #last: { readonly token: Token; readonly atMs: number } | undefined
  #mark = 0
  #lookedMs = Infinity
  readonly #heardOf = new Set<number>()
  readonly #store = connect(store)

  override async onActivate(): Promise<void> {
    this.#cell = await this.joinGroup(Cell, 'lab', { observe: seats === '' })
    this.#cell.state.watch(undefined, (key, value) => this.#asker?.watched(key, value))
    setInterval(() => this.#look(), LOOK_MS)
    setInterval(() => this.#act(), ACT_MS)
  }

  mark(mark: number): void {
    this.#mark = mark
    this.#heardOf.clear()
  }

  ask(asked: Asked): void {
    if (!this.#cell || this.#asker?.tag === asked.tag) return
    this.#asker?.end()
    this.#asker = new Asker(this.#cell, host, asked, nowMs)
  }

  endAsking(tag: string): void {
    this.#asker?.end()
    this.#asker = undefined
    tell({ is: 'asked', atMs: nowMs(), tag })
  }

  override onOrderedMessage(_: AnyGroup, { text }: Text): void {
    this.#asker?.delivered(text)
  }

  override onVoteRequest(_: AnyGroup, { topic }: PollRequest): boolean {
    return this.#asker?.votes(String(topic)) ?? true
  }

  override onVoteResult(_: AnyGroup, { id, topic, outcome }: PollResult): void {
    this.#asker?.heardOutcome(String(topic), outcome, id)
  }

  override onHistoryLost(): void {
    this.#asker?.lost()
  }

  #heard(of: number): void {
    if (of === host || this.#heardOf.has(of)) return
    this.#heardOf.add(of)
    tell({ is: 'heard', atMs: nowMs(), of, mark: this.#mark })
  }

  #look(): void {
    if (!this.#cell) return
    this.#tellJoined(this.#cell)
    const beforeMs = nowMs()
    const gapMs = beforeMs - this.#lookedMs
    if (gapMs > STARVED_MS) tell({ is: 'starved', atMs: beforeMs, ms: gapMs })
    this.#lookedMs = beforeMs
    const token = this.#token
    const afterMs = nowMs()
    const isSame = token?.epoch === this.#acting?.epoch && token?.term === this.#acting?.term
    if (!isSame) {
      this.#tellActing()
      this.#acting = token && { is: 'acting', sinceMs: afterMs, untilMs: afterMs, ...token }
      this.#tellActing()
    } else if (this.#acting) {
      this.#acting = { ...this.#acting, untilMs: beforeMs }
      if (beforeMs - this.#toldMs > TELL_MS) this.#tellActing()
    }
    const { leader, size, epoch, term } = this.#cell
    const seen = `${leader?.id} ${size} ${epoch} ${term}`
    if (seen === this.#seen) return
    this.#seen = seen
    tell({ is: 'view', atMs: afterMs, leader: leader?.id, size, epoch, term })
  }

  /** As what it takes part now, and where its answers to questions come from. */
  #tellJoined(cell: Group<Text>): void {
    const { id } = cell
    if (id === this.#joined) return
    const { host: address, port } = cell.ports.gans
    if (port < 0) return
    this.#joined = id
    tell({ is: 'joined', atMs: nowMs(), member: id, answers: `${address}:${port}` })
  }

  get #token(): Token | undefined {
    const token = this.#cell?.token
    if (overdueMs === 0) return token
    if (token) this.#last = { token, atMs: nowMs() }
    return token ?? (this.#last && nowMs() - this.#last.atMs < overdueMs ? this.#last.token : undefined)
  }

  #tellActing(): void {
    if (!this.#acting) return
    this.#toldMs = this.#acting.untilMs
    tell(this.#acting)
  }

  #act(): void {
    const token = this.#token
    if (!token) return
    setTimeout(() => this.#store.write(`${JSON.stringify({ ...token, host })}\n`), WORK_MS)
  }
}

let member: Member | undefined
class Known extends Member {
  override async onActivate(): Promise<void> {
    member = this
    await super.onActivate()
  }
}

process.on('message', (order: Order) => {
  if ('mark' in order) member?.mark(order.mark)
  else if ('ask' in order) member?.ask(order.ask)
  else if ('endAsking' in order) member?.endAsking(order.endAsking)
  else tell({ is: 'clock', atMs: nowMs() })
})
// Nobody is left to tell it anything.
process.on('disconnect', () => process.exit())

const lab = app(name, {
  actors: { Host: actor({ components: () => ({ member: Known }) }) },
  groups: { Cell },
})
await startActor(lab, 'Host', {
  interface: 'eth0',
  seats: seats === '' ? [] : [Number(seats)],
  sink: { write: (line) => process.env.LAB_LOG && process.stderr.write(`${host} ${line}\n`) },
})
