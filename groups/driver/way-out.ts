/**
 * The way of frames to one participant. What the socket does not take waits here, in bounds, and is offered
 * again: control before users' messages, so that an election never waits behind a flood. One frame is with
 * the socket at a time, so that none overtakes another of its kind.
 */
import { bytesOf, errnoOf } from '../../ports/index.js'
import type { Route } from '../link.js'
import { driverLimits } from './limits.js'

export interface WayOutEvents {
  /** Users' messages that do not leave. */
  unsent(route: Route, count: number): void
  /** The way leads nowhere: the other end is gone. */
  lost(): void
}

interface Waiting {
  readonly parts: Buffer[]
  /** Of users' messages. */
  readonly route?: Route
  readonly count: number
  readonly bytes: number
}

export class WayOut {
  readonly #send: (parts: Buffer[]) => Promise<void>
  readonly #events: WayOutEvents
  #control: Waiting[] = []
  #users: Waiting[] = []
  #usersBytes = 0
  /** With the socket. */
  #current: Waiting | undefined
  #retry: NodeJS.Timeout | undefined
  #isClosed = false

  constructor(send: (parts: Buffer[]) => Promise<void>, events: WayOutEvents) {
    this.#send = send
    this.#events = events
  }

  /** Takes a frame of control. Beyond the bound it is dropped: cores say again what was not heard. */
  control(parts: Buffer[]): void {
    if (this.#control.length >= driverLimits.controlFrames || this.#isClosed) return
    this.#control.push({ parts, count: 0, bytes: 0 })
    this.#next()
  }

  /** Takes a frame of users' messages, or tells that they are unsent. */
  users(parts: Buffer[], route: Route, count: number): void {
    const bytes = bytesOf(parts)
    const { usersFrames, usersBytes } = driverLimits
    const isFull = this.#users.length >= usersFrames || this.#usersBytes + bytes > usersBytes
    // One that is alone may be larger than all may be.
    if (this.#isClosed || (isFull && this.#users.length > 0)) {
      this.#events.unsent(route, count)
      return
    }
    this.#usersBytes += bytes
    this.#users.push({ parts, route, count, bytes })
    this.#next()
  }

  /** Drops what waits: the other end is gone, or the connection is another. */
  drop(): void {
    clearTimeout(this.#retry)
    this.#retry = undefined
    // Whatever becomes of it: it is not offered again.
    this.#current = undefined
    this.#control = []
    this.#usersBytes = 0
    for (const { route, count } of this.#users.splice(0)) if (route) this.#events.unsent(route, count)
  }

  close(): void {
    this.drop()
    this.#isClosed = true
  }

  #next(): void {
    if (this.#current || this.#retry) return
    const frame = this.#control.shift() ?? this.#users.shift()
    if (!frame) return
    this.#usersBytes -= frame.bytes
    this.#current = frame
    this.#send(frame.parts).then(this.#sent, this.#failed)
  }

  readonly #sent = (): void => {
    this.#current = undefined
    this.#next()
  }

  readonly #failed = (error: unknown): void => {
    const frame = this.#current
    this.#current = undefined
    if (!frame || this.#isClosed) return
    if (errnoOf(error) === 'EAGAIN') {
      if (frame.route) this.#users.unshift(frame)
      else this.#control.unshift(frame)
      this.#usersBytes += frame.bytes
      this.#retry = setTimeout(this.#again, driverLimits.retryMs)
      return
    }
    if (frame.route) this.#events.unsent(frame.route, frame.count)
    this.drop()
    this.#events.lost()
  }

  readonly #again = (): void => {
    this.#retry = undefined
    this.#next()
  }
}
