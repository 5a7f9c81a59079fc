// One run of a publisher and a subscriber, ours or raw, in two processes. What was sent must have come,
// every message of it: otherwise the run failed, however fast it was.

/** After the publisher has ended, what is on its way has so long to come. */
const STALLED_MS = 5000

/** Something was lost, or came twice, or came changed. Fails the bench. */
export class CorrectnessError extends Error {}

/**
 * Gives `{ rate, count }`: messages a second at the subscriber after the warm-up, and messages in all.
 * @param side `quorate` or `raw`
 * @param options `{ burst, window, runMs, warmMs }` for readings, `{ blockBytes, … }` for blocks.
 */
export async function streamOnce(processes, side, options) {
  const publisher = processes.program(`${side}-publisher`, options)
  const where = await publisher.next('directory')
  const subscriber = processes.program(`${side}-subscriber`, { ...options, ...where })
  try {
    const sent = await publisher.next('sent')
    subscriber.send({ type: 'sent', count: sent.count })
    const timer = setTimeout(() => subscriber.send({ type: 'enough' }), STALLED_MS)
    const received = await subscriber.next('received')
    clearTimeout(timer)
    compare(side, sent, received)
    if (side === 'quorate') await processes.proveLocks([publisher, subscriber])
    return { rate: received.rate, count: received.count }
  } finally {
    await Promise.all([publisher.end(), subscriber.end()])
  }
}

/** One run of the C program. */
export async function limitOnce(processes, path, { window, runMs, warmMs }) {
  const publisher = processes.native(path, ['pub', String(runMs)])
  const [data, credit] = (await firstLine(publisher)).split(' ')
  const subscriber = processes.native(path, ['sub', data, credit, String(window), String(warmMs)])
  await Promise.all([publisher.exited, subscriber.exited])
  const [, line] = publisher.output.split('\n')
  const [count, sum] = line.split(' ').map(Number)
  const [received, receivedSum, rate] = subscriber.output.split(' ').map(Number)
  compare('C libzmq', { count, sum }, { count: received, sum: receivedSum })
  return { rate, count }
}

async function firstLine(running) {
  while (!running.output.includes('\n')) {
    await Promise.race([running.exited, new Promise((done) => setTimeout(done, 5))])
  }
  return running.output.split('\n')[0]
}

function compare(side, sent, received) {
  if (sent.count === received.count && sent.sum === received.sum) return
  const [out, back] = [sent, received].map(({ count, sum }) => `${count} messages, sum ${sum}`)
  const counters = [sent, received].map(({ stats }) => stats && JSON.stringify(stats)).filter(Boolean)
  const detail = counters.length > 0 ? `; the counters of the ports: ${counters.join(', ')}` : ''
  throw new CorrectnessError(`${side}: sent ${out}; received ${back}${detail}`)
}
