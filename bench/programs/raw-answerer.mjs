// The raw answerer: a ROUTER that takes each question apart and puts the answer together.

import { Router } from 'zeromq'
import { tell } from './channel.mjs'
import { pack, unpack } from './wire.mjs'
import './task.mjs'

const router = new Router()
await router.bind('tcp://127.0.0.1:*')
tell({ type: 'directory', data: router.lastEndpoint })
for await (const [asker, frame] of router) await router.send([asker, pack(unpack(frame))])
