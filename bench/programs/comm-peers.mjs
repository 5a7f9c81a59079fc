// Many endpoints that connect to one listener, in one process.

import { Communicator, Endpoint, Mode } from 'quorate/communicator'
import { tell } from './channel.mjs'
import { options } from './task.mjs'

const { url, peers } = options
const all = Array.from({ length: peers }, (_, at) => new Communicator(new Endpoint(`peer-${at}`)))
for (const each of all) {
  await each.addConnector(url, Mode.ACTIVE)
  await each.start()
}
await Promise.all(all.map((each) => each.connected('receiver', { withinMs: 60_000 })))
tell({ type: 'connected' })
