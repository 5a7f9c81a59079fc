/** Listens with a pub and an ans, says where, and, told so, lets its main thread do nothing for a while. */
import { Ans, Pub } from '../../../ports/index.js'
import { Anything } from '../../support/messages.js'
import { TestEnvironment } from '../../support/port-environment.js'

const BLOCKED_MS = 4000

process.once('disconnect', () => process.exit())
const environment = new TestEnvironment('Busy')
const pub = await environment.open(new Pub(Anything))
const ans = await environment.open(new Ans(Anything, Anything, () => undefined))
process.once('message', () => {
  say('blocks')
  setImmediate(() => {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, BLOCKED_MS)
    say('goes on')
  })
})
say(`${pub.info.port} ${ans.info.port}`)

function say(text: string): void {
  process.send?.(text)
}
