// A thread that does what the component tells it, and says what happens to it.
import { parentPort, workerData } from 'node:worker_threads'
import { openPlug } from 'quorate/plug'

const plug = openPlug(workerData.plug)
const told = (text) => parentPort.postMessage(text)

const deeds = {
  echo: (n) => plug.send({ n }),
  burst: async (n) => {
    const sent = Array.from({ length: n }, (_, i) => plug.send({ n: i }))
    const codes = (await Promise.allSettled(sent)).map(({ reason }) => reason?.code ?? 'taken')
    told(`burst ${codes.filter((code) => code === 'taken').length} taken, ${codes.at(-1)} last`)
  },
  nonsense: async () => told(`nonsense ${await plug.send('nonsense').catch((error) => error.code)}`),
  garbage: () => workerData.plug.postMessage({ kind: 'wrong' }),
  tick: () => void setInterval(() => undefined, 10),
  block: () => {
    for (;;);
  },
  hang: () => new Promise(() => undefined),
  end: () => process.exit(),
  throw: () => {
    throw new Error('thrown in the thread')
  },
  close: () => plug.close(),
}

for (const event of ['activate', 'deactivate', 'close']) plug.on(event, () => told(event))
plug.onMessage(({ deed, n }) => {
  told(`${deed} ${n ?? ''}`.trim())
  // A burst waits for the component, which may wait for this thread.
  const done = deeds[deed]?.(n)
  return deed === 'hang' ? done : undefined
})
