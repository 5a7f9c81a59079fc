/** One agent at a time in a folder: two would start every actor twice. */
import { createHash } from 'node:crypto'
import { realpathSync } from 'node:fs'
import { createServer } from 'node:net'
import { AgentError } from './errors.js'

/**
 * Holds the folder until it is unlocked, or this process ends in any way: by a socket without a file, which
 * goes with the process that holds it. @throws AgentError `agent-in-use`.
 */
export async function lockFolder(folder: string): Promise<{ unlock(): void }> {
  const name = createHash('sha256').update(realpathSync(folder)).digest('hex')
  const server = createServer((socket) => socket.destroy())
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) => {
      reject(new AgentError('agent-in-use', `an agent runs with the folder ${folder} already`, { cause }))
    })
    server.listen({ path: `\0quorate-agent-${name}` }, resolve)
  })
  server.unref()
  return { unlock: () => server.close() }
}
