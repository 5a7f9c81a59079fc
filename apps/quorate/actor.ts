/** The process of one actor: started by the launcher, which says in the environment what is to run. */
import { fstatSync, writeSync } from 'node:fs'
import { Socket } from 'node:net'
import { hubDoor, operatorDoor, rpcDoor } from '../../control/index.js'
import type { RedisMetrics } from '../../control/metrics/index.js'
import { messageOf } from '../../ports/index.js'
import {
  type Door,
  describeThrown,
  type EventSink,
  type Stoppable,
  type Supervision,
  seatsIn,
  startActor,
  tieToProcess,
} from '../../runtime/index.js'
import { boundedLines } from './bounded-lines.js'
import { describeFailure, exitCodes, isMistakeInApp } from './failure.js'
import { type ActorLaunch, EVENTS_FD, LAUNCH_VARIABLE, readLaunch } from './launch.js'
import { commandLimits } from './limits.js'
import { loadApp } from './load.js'
import { HUB_TOKEN_VARIABLE } from './settings/hub-token.js'
import { portsIn } from './settings/rpc-ports.js'
import { complain } from './terminal.js'

const text = process.env[LAUNCH_VARIABLE]
if (!text) {
  complain('this program is started by `quorate run`; it has nothing to run by itself')
  process.exit(exitCodes.usage)
}
// Nothing that the user's code starts should take itself for this actor.
delete process.env[LAUNCH_VARIABLE]
const hubToken = process.env[HUB_TOKEN_VARIABLE]
delete process.env[HUB_TOKEN_VARIABLE]

// When the launcher is gone, nobody reads what is told and printed; that is no reason to fail while stopping.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined)
const sink = fstatSync(EVENTS_FD).isFile() ? fileSink(EVENTS_FD) : pipeSink(EVENTS_FD)

const SIGNALS = ['SIGINT', 'SIGTERM'] as const

// For what comes before there is anything to stop.
const leave = (): never => process.exit(exitCodes.ok)
const failed = (error: unknown): never => {
  const code = error instanceof Error && 'code' in error ? { code: error.code } : {}
  // Where a value is wrong, it is said which; where in the code that was found out is no matter.
  const { text: line, exitCode: exit } = describeFailure(error)
  const msg = exit === exitCodes.usage && !isMistakeInApp(error) ? line : describeThrown(error)
  sink.write(`${JSON.stringify({ v: 1, t: Date.now(), event: 'error', msg, exit, ...code })}\n`)
  process.exit(exit)
}

async function main(launch: ActorLaunch): Promise<void> {
  for (const signal of SIGNALS) process.on(signal, leave)
  process.on('disconnect', leave)
  process.on('uncaughtException', failed)
  const app = await loadApp(launch.appFile)
  const { actor, params, discovery, interface: wanted, directoryPort, keys, insecure, logLevel } = launch
  const seats = seatsIn(launch.seats)
  const metrics = await metricsOf(launch)
  const supervision = await supervisionOf(launch)
  await startActor(app, actor, {
    params,
    discovery,
    interface: wanted,
    directoryPort,
    keys,
    insecure,
    ...(seats === undefined ? {} : { seats }),
    logLevel,
    sink,
    doors: doorsOf(launch),
    operators: operatorDoor(),
    ...(metrics && { metrics }),
    ...(supervision && { supervision }),
    onStarting: (starting) => {
      for (const signal of SIGNALS) process.off(signal, leave)
      process.off('disconnect', leave)
      process.off('uncaughtException', failed)
      tieToProcess(metrics ? withMetrics(starting, metrics) : starting)
    },
  })
  process.channel?.unref()
}

function doorsOf({ rpc, rpcHost, hub, discovery }: ActorLaunch): Door[] {
  const doors: Door[] = []
  if (rpc !== '') doors.push(rpcDoor({ ...portsIn(rpc), host: rpcHost, advertise: discovery === 'mdns' }))
  if (hub) doors.push(hubDoor({ ...hub, token: hubToken || undefined }))
  return doors
}

/** Loaded where they are wanted, and nowhere else. */
async function metricsOf({ metrics, actor }: ActorLaunch): Promise<RedisMetrics | undefined> {
  if (!metrics) return undefined
  const { RedisMetrics } = await import('../../control/metrics/index.js')
  return new RedisMetrics(metrics, metrics.key, (msg) => warn(actor, msg))
}

/** Loaded where an agent has started this process. */
async function supervisionOf({ line, actor }: ActorLaunch): Promise<Supervision | undefined> {
  if (line === undefined) return undefined
  const { agentLine } = await import('../../control/supervision/index.js')
  return agentLine(line, (error) => warn(actor, `the agent cannot ask this actor: ${messageOf(error)}`))
}

function warn(actor: string, msg: string): void {
  sink.write(`${JSON.stringify({ v: 1, t: Date.now(), event: 'log', level: 'warn', actor, msg })}\n`)
}

/** Stops when what was reported last is written, too. */
function withMetrics(running: Stoppable, metrics: RedisMetrics): Stoppable {
  return {
    get isStopping() {
      return running.isStopping
    },
    stop: async () => {
      await running.stop()
      await metrics.close()
    },
    abandon: () => running.abandon(),
    fatal: (error, what) => running.fatal(error, what),
  }
}

/** To the launcher. */
function pipeSink(fd: number): EventSink {
  const pipe = new Socket({ fd, readable: false, writable: true })
  pipe.on('error', () => undefined)
  pipe.unref()
  return boundedLines(pipe, commandLimits.waitingBytes, (lines) => {
    const msg = `${lines} events were dropped, because the launcher did not read them`
    return `${JSON.stringify({ v: 1, t: Date.now(), event: 'log', level: 'warn', msg })}\n`
  })
}

/** To the log that an agent keeps. A disk that is full ends no actor. */
function fileSink(fd: number): EventSink {
  return {
    write(line) {
      try {
        writeSync(fd, line)
      } catch {}
    },
  }
}

main(readLaunch(text)).catch(failed)
