/** The directory of an actor that there is not: it says of it what a test wants. */
import { DirectoryServer } from '../../discovery/index.js'
import type { Sockets } from '../../ports/index.js'

export interface ToldActor {
  readonly id: string
  readonly app: string
  readonly actor: string
}

/** Opens it; resolves with its address. It is gone with the sockets. */
export async function toldDirectory(sockets: Sockets, actor: ToldActor, status: unknown): Promise<string> {
  const self = { ...actor, host: '127.0.0.1', port: 1, key: '', generation: 0, wire: [1] }
  const server = new DirectoryServer({
    sockets,
    host: '127.0.0.1',
    self: () => self,
    status: () => status,
    events: { hello: () => undefined, notice: () => undefined },
  })
  self.port = await server.open()
  return `127.0.0.1:${self.port}`
}
