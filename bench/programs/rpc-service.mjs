// A device: answers every command at once.

import { RpcService } from 'quorate/control'
import { tell } from './channel.mjs'
import './task.mjs'

const service = new RpcService({ subscriberPort: 0, commandPort: 0 })
service.commandRequestDelegate = ({ data }) => ({ result: 100, data })
await service.start()
tell({ type: 'ready', port: service.commandPort })
