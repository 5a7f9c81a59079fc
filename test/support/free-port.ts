/**
 * A TCP port of loopback that nobody has: below the range from which the system takes ports by itself, and
 * never the same twice in one process, for those who need several before they open the first.
 */
import { randomInt } from 'node:crypto'
import { createServer } from 'node:net'

const FIRST = 20_000
const COUNT = 10_000
let next = randomInt(COUNT)

export async function freePort(): Promise<number> {
  for (;;) {
    next = (next + 1) % COUNT
    const port = FIRST + next
    if (await isFree(port)) return port
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })
}
