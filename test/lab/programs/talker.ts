/**
 * An actor that publishes and asks all the time, and tells when it hears the first of each other since it was
 * told to listen afresh; and at the end what it published and heard, and what it was told of gaps.
 */
import { actor, app, Component, message, type Peer, type PeerEvent, startActor } from 'quorate'
import { z } from 'zod'
import type { TalkerOrder, TalkerWord } from '../words.js'

const [name = '', own = ''] = process.argv.slice(2)
const host = Number(own)
const EVERY_MS = 20

const Count = message('Count', z.object({ host: z.number(), n: z.number() }))
const Question = message('Question', z.object({}))
const Answer = message('Answer', z.object({ host: z.number() }))

const tell = (word: TalkerWord): void => void process.send?.(word)

function nowMs(): number {
  const [seconds, nanoseconds] = process.hrtime()
  return seconds * 1e3 + nanoseconds / 1e6
}

class Talker extends Component {
  readonly count = this.pub(Count)
  readonly counts = this.sub(Count, ({ host: of, n }, from) => this.#counted(of, n, from.actorId), {
    onGap: (_, messages) => {
      this.#told += messages
    },
  })
  readonly ask = this.qry(Question, Answer)
  readonly answer = this.ans(Question, Answer, (_, reply) => reply({ host }))
  readonly tick = this.timer(EVERY_MS, () => this.#talk())
  #n = 0
  #mark = 0
  #told = 0
  #missed = 0
  #twice = 0
  #settled: Record<string, number> = {}
  #apart = 0
  /** Actors that were disconnected since they were heard. */
  readonly #parted = new Set<string>()
  readonly #last = new Map<string, number>()
  #heard = new Set<string>()

  listen(mark: number): void {
    this.#mark = mark
    this.#heard = new Set()
  }

  sum(): void {
    tell({
      is: 'sum',
      told: this.#told,
      missed: this.#missed,
      apart: this.#apart,
      twice: this.#twice,
      settled: this.#settled,
    })
  }

  #talk(): void {
    this.count.send({ host, n: ++this.#n })
    for (const peer of this.ask.peers) if (peer.actorId !== this.actor.id) void this.#ask(peer)
  }

  async #ask(to: Peer): Promise<void> {
    const mark = this.#mark
    let how = 'answered'
    try {
      const { host: of } = await this.ask.ask({}, { to })
      if (mark === this.#mark) this.#hear('qry', of)
    } catch (error) {
      how = error instanceof Error && 'code' in error ? String(error.code) : String(error)
    }
    this.#settled[how] = (this.#settled[how] ?? 0) + 1
  }

  override onPeer({ actorId }: PeerEvent): void {
    this.#parted.add(actorId)
  }

  #counted(of: number, n: number, actorId: string): void {
    if (of === host) return
    const last = this.#last.get(actorId)
    if (last !== undefined && n <= last) this.#twice++
    else if (last !== undefined && this.#parted.has(actorId)) this.#apart += n - last - 1
    else if (last !== undefined) this.#missed += n - last - 1
    this.#parted.delete(actorId)
    this.#last.set(actorId, n)
    this.#hear('sub', of)
  }

  #hear(by: 'sub' | 'qry', of: number): void {
    const key = `${by} ${of}`
    if (this.#heard.has(key)) return
    this.#heard.add(key)
    tell({ is: 'first', by, of, mark: this.#mark, atMs: nowMs() })
  }
}

let talker: Talker | undefined
class Known extends Talker {
  override onActivate(): void {
    talker = this
  }
}

process.on('message', (order: TalkerOrder) => {
  if ('mark' in order) talker?.listen(order.mark)
  else if ('block' in order) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, order.block)
  else talker?.sum()
})
// Nobody is left to tell it anything.
process.on('disconnect', () => process.exit())

await startActor(
  app(name, { actors: { Talker: actor({ components: () => ({ talker: Known }) }) } }),
  'Talker',
  {
    interface: 'eth0',
    sink: { write: (line) => process.env.LAB_LOG && process.stderr.write(`${host} ${line}\n`) },
  },
)
