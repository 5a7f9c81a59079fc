/**
 * Takes a seat, and acts in another thread, which writes the time into a file without a pause. Ends in the
 * way that it is told, and says when it begins to.
 */
import { openSync, writeSync } from 'node:fs'
import { isMainThread, Worker, workerData } from 'node:worker_threads'
import { hostNowMs, takeSeat } from '../../../../../groups/host/index.js'

const [app = '', group = '', seat = '', file = ''] = process.argv.slice(2)

const ends: Readonly<Record<string, () => void>> = {
  exit: () => process.exit(),
  throw: () => {
    setImmediate(() => {
      throw new Error('as told')
    })
  },
  // Nothing is left to do.
  end: () => process.disconnect(),
}

function act(): void {
  const [fd, time] = [openSync(String(workerData), 'w'), Buffer.alloc(8)]
  for (;;) {
    time.writeDoubleLE(hostNowMs())
    writeSync(fd, time, 0, 8, 0)
  }
}

async function hold(): Promise<void> {
  const held = await takeSeat({ app, group, seat }, { incarnation: 'acts' })
  new Worker(new URL(import.meta.url), { workerData: file }).unref()
  process.on('message', (how) => {
    process.send?.('ends')
    ends[String(how)]?.()
  })
  process.send?.(held ? 'taken' : 'refused')
}

if (isMainThread) await hold()
else act()
