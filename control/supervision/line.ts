/** One end of the line between an agent and an actor. */
import type { Socket } from 'node:net'
import type { z } from 'zod'
import { supervisionLimits } from './limits.js'

/** Calls back with each thing of the model that comes; all else is skipped. Who says too much is cut. */
export function hear<T>(socket: Socket, model: z.ZodType<T>, take: (said: T) => void): void {
  let rest = ''
  socket.setEncoding('utf8')
  // That it closes is all that matters of an error.
  socket.on('error', () => undefined)
  socket.on('data', (text: string) => {
    const lines = (rest + text).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) {
      const said = model.safeParse(jsonIn(line))
      if (said.success) take(said.data)
    }
    if (rest.length > supervisionLimits.lineChars) socket.destroy()
  })
}

/** Says it; where too much waits to be read at the other end, that is cut. */
export function say(socket: Socket, said: object): void {
  if (socket.destroyed) return
  if (socket.writableLength > supervisionLimits.lineChars) socket.destroy()
  else socket.write(`${JSON.stringify(said)}\n`)
}

function jsonIn(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}
