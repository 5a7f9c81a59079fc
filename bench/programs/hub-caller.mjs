// A user of a hub that calls a method of a worker, again and again.

import { HubUser } from 'quorate/control'
import { tell } from './channel.mjs'
import { options } from './task.mjs'

const { url, warmCalls, calls } = options
const pump = new HubUser({ url, name: 'me' }).remote('Rig', 'PUMP')
const ms = []
for (let call = -warmCalls; call < calls; call++) {
  const startedMs = performance.now()
  if ((await pump.fill(call)) !== call) throw new Error('another answer')
  if (call >= 0) ms.push(performance.now() - startedMs)
}
tell({ type: 'done', ms })
