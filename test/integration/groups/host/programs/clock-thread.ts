/** A thread that says what time it is by the clock of the host, whenever it is asked. */
import { parentPort } from 'node:worker_threads'
import { hostNowMs, identity, takeSeat } from '../../../../../groups/host/index.js'

parentPort?.on('message', async () => {
  const refused = await takeSeat({ app: 'a', group: 'g', seat: '1' }, { incarnation: 'thread' }).catch(
    (error) => error.code,
  )
  parentPort?.postMessage({ nowMs: hostNowMs(), identity: identity(), refused })
})
