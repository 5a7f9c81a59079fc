/**
 * The log of an actor: one file to which its processes append. A place in it is the number of bytes before
 * it since the very first, and stays so: of a log that has become too long, the oldest bytes are given back
 * to the disk, as a hole at its beginning. So its writer needs to know nothing of it, and no line is lost.
 */
import { execFile } from 'node:child_process'
import { closeSync, fstatSync, openSync, readSync, statSync, truncateSync, watch } from 'node:fs'
import { promisify } from 'node:util'
import { agentLimits } from './limits.js'

const NEWLINE = 0x0a
/** In such blocks the disk takes bytes back. */
const BLOCK_BYTES = 4096

/** Some bytes of a log. */
export interface LogPart {
  readonly from: number
  /** Where the next part begins. */
  readonly to: number
  readonly bytes: Buffer
}

export class ActorLog {
  readonly path: string
  /** Before this place it is forgotten. */
  #begins: number
  #isShortening = false

  constructor(path: string, begins = 0) {
    this.path = path
    this.#begins = begins
  }

  get begins(): number {
    return this.#begins
  }

  /** Where the next byte will come; 0 for one that was not begun. */
  get ends(): number {
    return statSync(this.path, { throwIfNoEntry: false })?.size ?? 0
  }

  /** What there is from one place to before another, bounded; what is forgotten is left out. */
  part(from: number, to = Number.POSITIVE_INFINITY, most: number = agentLimits.logAtOnceBytes): LogPart {
    const start = Math.max(from, this.#begins)
    const fd = this.#open()
    if (fd === undefined) return { from: start, to: start, bytes: Buffer.alloc(0) }
    try {
      const length = Math.max(0, Math.min(to, fstatSync(fd).size) - start)
      const bytes = Buffer.alloc(Math.min(most, length))
      const read = readSync(fd, bytes, 0, bytes.length, start)
      return { from: start, to: start + read, bytes: bytes.subarray(0, read) }
    } finally {
      closeSync(fd)
    }
  }

  /** The last so many lines of those before a place, as far as they fit into so many bytes. */
  tail(lines: number, most: number = agentLimits.logAtOnceBytes): LogPart {
    const part = this.part(Math.max(0, this.ends - most))
    const { bytes, to } = part
    let at = bytes.length
    for (let left = lines; left > 0 && at > 0; left--) {
      // The newline at the end ends the last line, and begins none.
      at = at === 1 ? 0 : bytes.lastIndexOf(NEWLINE, at - 2) + 1
    }
    // A line that begins before what was read is left out, unless it is all there is.
    if (at === 0 && part.from > this.#begins) at = bytes.indexOf(NEWLINE) + 1
    return { from: part.from + at, to, bytes: bytes.subarray(at) }
  }

  /** Calls back whenever something may have come. Where the system cannot tell, nothing does. */
  watch(grown: () => void): { close(): void } {
    try {
      const watcher = watch(this.path, { persistent: false }, grown)
      watcher.on('error', () => watcher.close())
      return watcher
    } catch {
      return { close: () => undefined }
    }
  }

  /** Forgets the oldest of a log that is too long. Resolves with whether it has. Never rejects. */
  async shorten(): Promise<boolean> {
    const { logBytes, logSlackBytes } = agentLimits
    const tooMuch = this.ends - this.#begins - logBytes
    if (tooMuch < logSlackBytes || this.#isShortening) return false
    this.#isShortening = true
    const place = this.#begins + tooMuch
    const begins = place + this.part(place).bytes.indexOf(NEWLINE) + 1
    try {
      const length = begins - (begins % BLOCK_BYTES)
      const hole = ['--punch-hole', '--offset', '0', '--length', String(length), this.path]
      await promisify(execFile)('fallocate', hole)
      this.#begins = begins
    } catch {
      // A disk that takes no holes, or no such program: better without all of it than full.
      truncateSync(this.path, 0)
      this.#begins = 0
    } finally {
      this.#isShortening = false
    }
    return true
  }

  #open(): number | undefined {
    try {
      return openSync(this.path, 'r')
    } catch {
      return undefined
    }
  }
}
