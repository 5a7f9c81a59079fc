/**
 * Lines for a reader that may be slow, or stopped: whoever writes them goes on. What does not fit is left
 * out, whole lines of it, and later it is said how many.
 */
import type { Writable } from 'node:stream'
import type { EventSink } from '../../runtime/index.js'

/** What of a stream is needed; for tests. */
export type LineStream = Pick<Writable, 'write' | 'writableLength'>

/** @param leftOut makes the line that says how many were. At most some `bytes` wait to be read. */
export function boundedLines(
  stream: LineStream,
  bytes: number,
  leftOut: (lines: number) => string,
): EventSink {
  let lost = 0
  return {
    write: (line) => {
      if (stream.writableLength > bytes) {
        lost++
        return
      }
      // The system takes a line at once if it can, so that what an actor says last before it ends is read.
      if (lost > 0) stream.write(leftOut(lost))
      lost = 0
      stream.write(line)
    },
  }
}
