/** The process of one actor: started by the launcher, which says in the environment what is to run. */
import { writeSync } from 'node:fs'
import { describeThrown, type EventSink, startActor, tieToProcess } from '../../runtime/index.js'
import { EVENTS_FD, LAUNCH_VARIABLE, readLaunch } from './launch.js'
import { loadApp } from './load.js'

/** Writes whole lines at once, so that what an actor said last before it died is read. */
const sink: EventSink = {
  write: (line) => {
    let rest = Buffer.from(line)
    while (rest.length > 0) {
      try {
        rest = rest.subarray(writeSync(EVENTS_FD, rest))
      } catch (error) {
        // The launcher reads slowly: the pipe is non-blocking, so try again; gone: there is nobody to tell.
        if (!(error instanceof Error && 'code' in error && error.code === 'EAGAIN')) return
      }
    }
  },
}

function fail(message: string, detail: object = {}): never {
  sink.write(`${JSON.stringify({ v: 1, t: Date.now(), event: 'error', msg: message, ...detail })}\n`)
  process.exit(1)
}

async function main(): Promise<void> {
  const text = process.env[LAUNCH_VARIABLE]
  if (!text) fail('this program is started by `quorate run`; it has nothing to run by itself')
  const launch = readLaunch(text)
  // Nothing that the user's code starts should take itself for this actor.
  delete process.env[LAUNCH_VARIABLE]
  const app = await loadApp(launch.appFile)
  const { actor, params, discovery, interface: wanted, directoryPort, logLevel } = launch
  const running = await startActor(app, actor, {
    params,
    discovery,
    interface: wanted,
    directoryPort,
    logLevel,
    sink,
    onStarting: (starting) => tieToProcess(starting),
  })
  process.channel?.unref()
  void running
}

main().catch((error) =>
  fail(describeThrown(error), error instanceof Error && 'code' in error ? { code: error.code } : {}),
)
