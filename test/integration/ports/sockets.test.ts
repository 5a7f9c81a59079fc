import { createSockets } from '../../../ports/index.js'
import { describeSockets } from '../../compliance/sockets.js'

describeSockets('ZeroMQ', () => ({ sockets: createSockets, host: '127.0.0.1' }))
