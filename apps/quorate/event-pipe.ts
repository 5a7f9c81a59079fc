/**
 * The way of events from an actor to its launcher. It never waits: an actor goes on though its launcher is
 * stopped or reads slowly. Then lines are dropped, and later it is said how many.
 */
import { Socket } from 'node:net'
import type { EventSink } from '../../runtime/index.js'

/** Bytes that wait for a launcher that does not read. */
export const WAITING_BYTES = 1024 * 1024

/** What of a socket is needed; for tests. */
export type Pipe = Pick<Socket, 'write' | 'writableLength'>

/** @param dropped makes the line that says how many were. */
export function eventPipe(pipe: Pipe, dropped: (lines: number) => string): EventSink {
  let lost = 0
  return {
    write: (line) => {
      if (pipe.writableLength > WAITING_BYTES) {
        lost++
        return
      }
      // The system takes a line at once if it can, so that what an actor says last before it ends is read.
      if (lost > 0) pipe.write(dropped(lost))
      lost = 0
      pipe.write(line)
    },
  }
}

/** The pipe at a file descriptor; when nobody reads it any more, that is no error of the actor. */
export function pipeAt(fd: number): Pipe {
  const pipe = new Socket({ fd, readable: false, writable: true })
  pipe.on('error', () => undefined)
  pipe.unref()
  return pipe
}
