import { Hosts } from '../../../testing/hosts.js'
import type { MemorySocket } from '../../../testing/sockets/memory-socket.js'
import { createMemorySockets } from '../../../testing/sockets/memory-sockets.js'
import { describeSockets } from '../../compliance/sockets.js'

describeSockets('memory', () => {
  const hosts = new Hosts<MemorySocket>(() => 1)
  const host = hosts.host('host')
  return { sockets: () => createMemorySockets(hosts, host), host: host.address }
})
