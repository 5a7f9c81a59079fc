/**
 * Connections of which nobody knows yet who they are. There are so many at most: the newest takes the place
 * of the oldest, so that a flood of those that never say a word keeps out nobody who does.
 */
import type { Socket } from 'node:net'
import { secureLimits } from './limits.js'

export class Strangers {
  /** By where they come from: what is spoken within TLS has the address of what carries it. */
  readonly #waiting = new Map<string, Socket>()
  #isOver = false

  /** Until it is known, or has ended. */
  add(connection: Socket): void {
    if (this.#isOver) {
      connection.destroy()
      return
    }
    const place = placeOf(connection)
    const [oldest] = this.#waiting
    if (oldest && this.#waiting.size >= secureLimits.strangers) {
      this.#waiting.delete(oldest[0])
      oldest[1].destroy()
    }
    this.#waiting.set(place, connection)
    connection.once('close', () => {
      if (this.#waiting.get(place) === connection) this.#waiting.delete(place)
    })
  }

  /** All of them, and whoever comes from now on, are cut: nothing else would end those that say nothing. */
  end(): void {
    this.#isOver = true
    for (const connection of this.#waiting.values()) connection.destroy()
  }

  known(connection: Socket): void {
    this.#waiting.delete(placeOf(connection))
  }
}

function placeOf({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress} ${remotePort}`
}
