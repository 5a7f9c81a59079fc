// A worker of a hub, as a program has it.

import { HubWorker } from 'quorate/control'
import { tell } from './channel.mjs'
import { options } from './task.mjs'

const PUMP = { fill: (litres) => litres }
await new HubWorker({ url: options.url, name: 'Rig', objects: { PUMP } }).start()
tell({ type: 'ready' })
