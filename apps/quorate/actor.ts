/** The process of one actor: started by the launcher, which says in the environment what is to run. */
import { describeThrown, startActor, tieToProcess } from '../../runtime/index.js'
import { eventPipe, pipeAt } from './event-pipe.js'
import { EVENTS_FD, LAUNCH_VARIABLE, readLaunch } from './launch.js'
import { loadApp } from './load.js'

const sink = eventPipe(pipeAt(EVENTS_FD), (lines) => {
  const msg = `${lines} events were dropped, because the launcher did not read them`
  return `${JSON.stringify({ v: 1, t: Date.now(), event: 'log', level: 'warn', msg })}\n`
})

function fail(message: string, detail: object = {}): never {
  sink.write(`${JSON.stringify({ v: 1, t: Date.now(), event: 'error', msg: message, exit: 1, ...detail })}\n`)
  process.exit(1)
}

/** A signal that comes before there is anything to stop. */
const leave = (): never => process.exit(0)
const SIGNALS = ['SIGINT', 'SIGTERM'] as const

async function main(): Promise<void> {
  for (const signal of SIGNALS) process.on(signal, leave)
  const text = process.env[LAUNCH_VARIABLE]
  if (!text) fail('this program is started by `quorate run`; it has nothing to run by itself')
  const launch = readLaunch(text)
  // When the launcher is gone, nobody reads what is printed; that is no reason to fail in the middle of a
  // stop.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined)
  // Nothing that the user's code starts should take itself for this actor.
  delete process.env[LAUNCH_VARIABLE]
  const app = await loadApp(launch.appFile)
  const { actor, params, discovery, interface: wanted, directoryPort, logLevel } = launch
  await startActor(app, actor, {
    params,
    discovery,
    interface: wanted,
    directoryPort,
    logLevel,
    sink,
    onStarting: (starting) => {
      for (const signal of SIGNALS) process.off(signal, leave)
      tieToProcess(starting)
    },
  })
  process.channel?.unref()
}

main().catch((error) =>
  fail(describeThrown(error), error instanceof Error && 'code' in error ? { code: error.code } : {}),
)
