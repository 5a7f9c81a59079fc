/**
 * ins: between a component and its own threads and devices. A thread gets one end of a plug and sends by it;
 * a callback in the component's own thread pushes. Messages are checked as they arrive and handled one at a
 * time, in the order in which they came, as those of any port.
 */
import { PortError } from './errors.js'
import { limits } from './limits.js'
import { lookedAt } from './looked-at.js'
import type { MessageType } from './message.js'
import { NoThread, type Plug, ThreadEnd, type ThreadPlug } from './plug.js'
import type { Arrived } from './plug-line.js'
import { type Peer, Port, type PortEnvironment, type PortOptions, type PortScope } from './port.js'
import { type ReceiveOptions, Reception } from './reception.js'

/** Options of an inside port. */
export interface InsOptions<Sent = unknown> extends Pick<PortOptions, 'name' | 'deadline'> {
  /** Called when a thread is gone, or has closed its plug. */
  readonly onUnplug?: (plug: Plug<Sent>) => unknown
}

/** A message of a thread, as recv() gives it. */
export interface Inside<Out, Sent> {
  /** What came, as the schema of the port gives it. */
  readonly message: Out
  /** The plug that it came by, for answers; that of push() has the id 0, and no thread. */
  readonly plug: Plug<Sent>
}

/** A message on its way to the handler or to recv(). */
interface Incoming<Sent> extends Arrived {
  readonly plug: Plug<Sent>
  /** Resets there were before it came. */
  readonly round: number
}

/** A plug that its thread has ended: who closed it is told after all that came by it. */
interface Ended<Sent> {
  readonly ended: Plug<Sent>
}

interface Pushed {
  resolve(): void
  reject(error: PortError): void
}

/** A port between a component and its own threads and devices. */
export class Ins<In, Out> extends Port {
  readonly kind = 'ins'
  readonly #onUnplug: InsOptions<In>['onUnplug']
  readonly #reception: Reception<Out, Incoming<In>, { value: Out; from: Incoming<In> }, undefined>
  readonly #plugs = new Map<number, ThreadEnd<In>>()
  #nextId = 1
  /** What has come and waits for the component to keep up. */
  #queue: (Incoming<In> | Ended<In>)[] = []
  #isHeld = false
  /** Messages that were taken in and wait for the handler or recv(). */
  #ahead = 0
  #round = 0
  readonly #noThread = new NoThread(() => this.path)
  /** What was pushed and is not taken in. */
  readonly #pushed = new Set<Pushed>()
  /** Between onActivate and the stop. */
  #isActive = false
  #isStarted = false

  constructor(
    type: MessageType<In, Out>,
    handler?: (message: Out, plug: Plug<In>) => unknown,
    options: InsOptions<In> = {},
  ) {
    super([type], options)
    this.#onUnplug = options.onUnplug
    const handled = (message: Out, from: Incoming<In>): unknown => {
      // It came before a reset.
      if (from.round !== this.#round) return undefined
      this.#goOn()
      return handler?.(message, from.plug)
    }
    this.#reception = new Reception(
      type,
      this.receptionOwner,
      { value: handler && handled, bytes: undefined },
      { value: (value, from) => ({ value, from }), bytes: () => undefined },
    )
  }

  override get scope(): PortScope {
    return 'internal'
  }

  /** Plugs that have not ended. */
  get connected(): number {
    return this.#plugs.size
  }

  /** The plugs that have not ended, the oldest first. */
  get plugs(): readonly Plug<In>[] {
    return [...this.#plugs.values()]
  }

  /**
   * A new plug, for one thread. From `onActivate()` on. @throws OperationError `not-open`; PortError `again`
   * where the port has too many.
   */
  plug(): ThreadPlug<In> {
    this.mustBeOpen()
    if (this.#plugs.size >= limits.plugsPerPort) {
      throw new PortError(
        'again',
        `${this.path} has ${this.#plugs.size} plugs, the most it may have; close one`,
      )
    }
    const id = this.#nextId++
    const plug: ThreadEnd<In> = new ThreadEnd(id, {
      path: this.path,
      arrived: ({ value, settle }) => this.#arrived({ value, settle, plug, round: this.#round }),
      garbage: () => this.refuse(this.#peerOf(plug), 'what came is no message of an open plug'),
      ended: (byThread) => this.#ended(plug, byThread),
    })
    this.#plugs.set(id, plug)
    if (this.#isActive) plug.note({ kind: 'active' })
    this.changed()
    return plug
  }

  /**
   * Brings a message from a callback in the component's own thread: of a serial port, a child process.
   * Checked as those of plugs; resolves when the component has taken it in, which is before it is handled: so
   * a handler of the same component may await it.
   * @throws PortError `again` while too many wait, `remote` where the schema refuses it, `closed`;
   * OperationError `not-open`.
   */
  push(value: In): Promise<void> {
    return lookedAt(this.#push(value))
  }

  /**
   * The oldest message that waits, or the next, with its plug. Only without a handler. @throws PortError
   * `timeout`, `closed`; OperationError `has-handler`, `not-open`.
   */
  recv(options?: ReceiveOptions): Promise<Inside<Out, In>> {
    return lookedAt(this.#recv(options))
  }

  /** The runtime's: the component is about to stop; its threads are told. */
  deactivate(): void {
    if (!this.#isActive) return
    this.#isActive = false
    for (const plug of this.#plugs.values()) plug.note({ kind: 'inactive' })
  }

  override async open(environment: PortEnvironment): Promise<void> {
    await super.open(environment)
    // Not within this turn of the event loop: what the component does first is its onActivate.
    setImmediate(() => environment.turns.run(this, () => this.#activate(), undefined, undefined))
  }

  override close(lingerMs?: number): void {
    this.deactivate()
    const plugs = [...this.#plugs.values()]
    this.#plugs.clear()
    for (const plug of plugs) plug.end(true, () => this.closedWhile('a message was on its way to a thread'))
    super.close(lingerMs)
  }

  protected async start(): Promise<void> {
    this.#isStarted = true
    this.#reception.open(this.environment.turns)
    // A thread may have been quicker than the reset of which it was told.
    this.#drain()
  }

  protected stop(): void {
    // A reset stops twice; threads are told once.
    if (!this.#isStarted) return
    this.#isStarted = false
    this.#round++
    this.#ahead = 0
    this.#queue = this.#queue.filter((each) => 'ended' in each)
    for (const { reject } of this.#pushed) reject(this.closedWhile('what was pushed waited'))
    this.#pushed.clear()
    for (const plug of this.#plugs.values()) plug.reset(() => this.closedWhile('a message was on its way'))
    this.#reception.close()
  }

  #activate(): void {
    if (!this.isOpen) return
    this.#isActive = true
    for (const plug of this.#plugs.values()) plug.note({ kind: 'active' })
  }

  #ended(plug: ThreadEnd<In>, byThread: boolean): void {
    // Not where the port itself is closed.
    if (!this.#plugs.delete(plug.id)) return
    this.changed()
    if (this.#onUnplug && byThread) this.#arrived({ ended: plug })
  }

  async #push(value: In): Promise<void> {
    this.mustBeOpen()
    if (this.#pushed.size >= limits.plugMessages) {
      throw new PortError('again', `${this.path} is full: ${this.#pushed.size} messages are not taken in yet`)
    }
    await new Promise<void>((resolve, reject) => {
      const pushed: Pushed = { resolve, reject }
      this.#pushed.add(pushed)
      const settle = (refusal?: string): boolean => {
        if (!this.#pushed.delete(pushed)) return false
        if (refusal === undefined) resolve()
        else reject(new PortError('remote', `${this.path}: the message was refused: ${refusal}`))
        return true
      }
      this.#arrived({ value, settle, plug: this.#noThread, round: this.#round })
    })
  }

  async #recv(options: ReceiveOptions | undefined): Promise<Inside<Out, In>> {
    const { value, from } = await this.#reception.recv(options)
    if (from.round === this.#round) this.#goOn()
    return { message: value, plug: from.plug }
  }

  #arrived(incoming: Incoming<In> | Ended<In>): void {
    this.#queue.push(incoming)
    this.#drain()
  }

  /** A message goes to the handler or to recv(). */
  #goOn(): void {
    if (this.#ahead-- === limits.insideMessages) this.#drain()
  }

  /** Hands over what has come, as far as the component keeps up. */
  #drain(): void {
    while (!this.#isHeld && this.#isStarted && this.#ahead < limits.insideMessages) {
      const full = this.#reception.gates.find((gate) => gate.full)
      if (full) {
        this.#isHeld = true
        void full.room().then(() => {
          this.#isHeld = false
          this.#drain()
        })
        return
      }
      const next = this.#queue.shift()
      if (!next) return
      if ('ended' in next) this.#unplugged(next.ended)
      else this.#takeIn(next)
    }
  }

  /**
   * Confirms it as soon as it stands in the mailbox: were it only when it is handled, a handler that awaits
   * push(), or a thread that awaits this component, would wait for itself.
   */
  #takeIn(incoming: Incoming<In>): void {
    this.#ahead++
    const refusal = this.#reception.takeValue(incoming.value, incoming, this.#peerOf(incoming.plug))
    if (refusal !== undefined) this.#ahead--
    incoming.settle(refusal)
  }

  #unplugged(plug: Plug<In>): void {
    if (this.#onUnplug) this.environment.turns.run(this, this.#onUnplug, plug, undefined)
  }

  /** A thread as notices name it. */
  #peerOf({ id }: Plug<In>): Peer {
    const { actor, actorId } = this.environment
    return { actor, actorId, component: this.component, port: id ? `plug ${id} of ${this.name}` : this.name }
  }
}
