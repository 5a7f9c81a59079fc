/** Splits what a process prints into lines, however it comes; one without an end does not fill the memory. */
import type { Readable } from 'node:stream'
import { commandLimits } from './limits.js'

/** A lone CR ends a line, too: programs that draw their progress write nothing else. */
const LINE_END = /\r\n|[\r\n]/

/** Hands each line of a stream to `take`, without its end; resolves when the stream has ended. */
export function readLines(stream: Readable, take: (line: string) => void): Promise<void> {
  let rest = ''
  stream.setEncoding('utf8').on('data', (text: string) => {
    // A CR at the end may be half of a CR LF.
    const isHalf = text.endsWith('\r')
    const lines = (rest + (isHalf ? text.slice(0, -1) : text)).split(LINE_END)
    rest = (lines.pop() ?? '') + (isHalf ? '\r' : '')
    for (const line of lines) take(line)
    while (rest.length > commandLimits.lineChars) {
      take(rest.slice(0, commandLimits.lineChars))
      rest = rest.slice(commandLimits.lineChars)
    }
  })
  return new Promise((resolve) => {
    stream.once('close', () => {
      if (rest !== '') take(rest.replace(/\r$/, ''))
      resolve()
    })
  })
}
