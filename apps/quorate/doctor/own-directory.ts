/** Can a directory listen on the chosen address, and be reached there over TCP? */
import { chooseInterface, DirectoryClient, DirectoryServer } from '../../../discovery/index.js'
import { createSockets } from '../../../ports/index.js'
import { commandLimits } from '../limits.js'
import { fail, ok, type Probe } from './finding.js'
import { probeRecord } from './probe-record.js'

export const ownDirectory: Probe = {
  name: 'tcp',
  async run({ interface: wanted }) {
    const { name, address } = chooseInterface(wanted)
    const sockets = createSockets()
    const quiet = { hello: () => undefined, notice: () => undefined }
    const self = { ...probeRecord(address), port: 1 }
    const server = new DirectoryServer({ sockets, host: address, self: () => self, events: quiet })
    try {
      self.port = await server.open()
      const ms = await helloMs(address, self.port)
      if (ms !== undefined) return [ok(`a directory on ${address} answers over TCP in ${ms.toFixed(1)} ms`)]
      const advice = `let a firewall accept TCP to ${address} on ${name}, all ports above 1023`
      return [fail(`a directory on ${address}:${self.port} cannot be reached from this very host`, advice)]
    } finally {
      server.close()
      sockets.closeAll()
    }
  },
}

/** Milliseconds until the directory welcomes an observer; undefined where it does not. */
async function helloMs(host: string, port: number): Promise<number | undefined> {
  const sockets = createSockets()
  const startedAt = performance.now()
  let timer: NodeJS.Timeout | undefined
  try {
    return await new Promise((resolve) => {
      timer = setTimeout(() => resolve(undefined), commandLimits.doctorReachMs)
      const none = (): void => undefined
      const welcome = (): void => resolve(performance.now() - startedAt)
      const events = { welcome, ports: none, lost: none, refused: none, notice: none }
      new DirectoryClient({ sockets, host, port, role: 'observer', events }).open()
    })
  } finally {
    clearTimeout(timer)
    sockets.closeAll()
  }
}
