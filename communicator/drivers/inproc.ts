/** Pairs of pipes in the memory of one process, for tests: `inproc://name`. Each frame is copied once. */
import type {
  ConnectionFacts,
  ConnectorParams,
  Driver,
  ListenHandler,
  Listening,
  Pipe,
  PipeHandler,
} from '../driver.js'
import { CommError } from '../errors.js'
import { commLimits } from '../limits.js'
import { PipeEnd } from './pipe-end.js'

/** Those of this process, by name. */
const listeners = new Map<string, ListenHandler>()

export class InprocDriver implements Driver {
  readonly schemes = ['inproc']
  readonly secureSchemes = []
  readonly capabilities = { sendHeartbeat: true, supportSsl: false }

  async connect(params: ConnectorParams, signal: AbortSignal): Promise<Pipe> {
    const name = nameOf(params)
    // Not at once: as with all others, connections come from outside of the turn.
    await new Promise((resolve) => setImmediate(resolve))
    signal.throwIfAborted()
    const handler = listeners.get(name)
    if (!handler) throw new CommError('CLOSED', `nobody of this process listens at inproc://${name}`)
    const active = new InprocPipe({ peer_addr: name, local_addr: 'inproc' })
    const passive = new InprocPipe({ peer_addr: 'inproc', local_addr: name })
    active.join(passive)
    passive.join(active)
    handler.connected(passive)
    return active
  }

  async listen(params: ConnectorParams, handler: ListenHandler): Promise<Listening> {
    const name = nameOf(params)
    if (listeners.has(name)) throw new CommError('ERROR', `inproc://${name} is taken; choose another name`)
    listeners.set(name, handler)
    const close = async (): Promise<void> => {
      if (listeners.get(name) === handler) listeners.delete(name)
    }
    return { url: `inproc://${name}`, close }
  }
}

function nameOf({ url, host, port, path }: ConnectorParams): string {
  const name = `${host}${port && `:${port}`}${path}`
  if (name === '') throw new CommError('BAD_CONFIG', `${url} has no name; give it as inproc://name`)
  return name
}

/** One of two ends. What is sent waits here until the other one takes it, in a turn of its own. */
class InprocPipe implements Pipe {
  readonly facts: ConnectionFacts
  readonly #end = new PipeEnd()
  #peer: InprocPipe | undefined
  #handler: PipeHandler | undefined
  /** Of the peer, for this side. */
  #waiting: Buffer[] = []
  #waitingBytes = 0
  #isPaused = false
  #isDelivering = false
  /** The peer was told that there is no room. */
  #isFull = false
  /** The peer sends nothing more. */
  #isLast = false
  #timer: NodeJS.Timeout | undefined

  constructor(facts: ConnectionFacts) {
    this.facts = facts
  }

  join(peer: InprocPipe): void {
    this.#peer = peer
  }

  open(handler: PipeHandler): void {
    this.#handler = handler
    this.#end.tell(handler)
    this.#deliverSoon()
  }

  send(head: Buffer, body?: Uint8Array): boolean {
    if (this.#end.isOver || this.#timer || !this.#peer) return false
    return this.#peer.take(body ? Buffer.concat([head, body]) : Buffer.from(head))
  }

  pause(): void {
    this.#isPaused = true
  }

  resume(): void {
    this.#isPaused = false
    this.#deliverSoon()
  }

  end(withinMs: number): void {
    if (this.#end.isOver || this.#timer) return
    this.#timer = setTimeout(() => this.destroy(), withinMs)
    this.#peer?.takeLast()
  }

  destroy(error?: Error): void {
    this.#over(error)
    const peer = this.#peer
    setImmediate(() => peer?.left())
  }

  // ---- what the peer says

  take(frame: Buffer): boolean {
    this.#waiting.push(frame)
    this.#waitingBytes += frame.length
    this.#deliverSoon()
    this.#isFull ||= this.#waitingBytes > commLimits.queuedBytes
    return !this.#isFull
  }

  takeLast(): void {
    this.#isLast = true
    this.#deliverSoon()
  }

  hasRoom(): void {
    if (!this.#end.isOver && !this.#timer) this.#handler?.drained()
  }

  left(): void {
    this.#over()
  }

  // ----

  #deliverSoon(): void {
    if (this.#isDelivering || !this.#handler) return
    this.#isDelivering = true
    setImmediate(() => {
      this.#isDelivering = false
      this.#deliver()
    })
  }

  #deliver(): void {
    const handler = this.#handler
    const frames = this.#waiting
    let count = 0
    for (const frame of frames) {
      if (this.#isPaused || this.#end.isOver || !handler) break
      count++
      this.#waitingBytes -= frame.length
      if (frame.length > handler.mostBytes) {
        const text = `a frame of ${frame.length} bytes is longer than ${handler.mostBytes}`
        this.destroy(new CommError('BAD_DATA', text))
        return
      }
      if (!this.#timer) handler.frame(frame)
    }
    frames.splice(0, count)
    if (this.#end.isOver) return
    if (this.#isFull && this.#waitingBytes <= commLimits.queuedBytes / 2) {
      this.#isFull = false
      this.#peer?.hasRoom()
    }
    if (this.#isLast && frames.length === 0) this.destroy()
  }

  #over(error?: Error): void {
    clearTimeout(this.#timer)
    this.#waiting = []
    this.#waitingBytes = 0
    this.#end.over(error)
  }
}
