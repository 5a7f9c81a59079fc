/**
 * `quorate replay`: publishes what `quorate record` has written. First it looks at who is there: where an
 * actor of the app has another idea of a type of messages, nothing is published.
 */
import { incompatibility, messageOf, type Pub } from '../../../ports/index.js'
import { discoveryOf, startActor } from '../../../runtime/index.js'
import { CommandFailure, exitCodes, usage } from '../failure.js'
import { lookOnce, type Sighting } from '../observatory.js'
import { parseOptions } from '../options.js'
import { type ReplayOptions, replayCommand } from '../recording/commands.js'
import { headerOf, type RecordedType, typesOf } from '../recording/lines.js'
import { type Played, play, REPLAY_ACTOR, replayApp } from '../recording/player.js'
import { spanOf } from '../recording/span.js'
import { untilEnded } from '../recording/until-ended.js'
import { settingsOf } from '../settings/find.js'
import { interfaceOf } from '../settings/interface.js'
import { known } from '../settings/known.js'
import { complain, harmless } from '../terminal.js'

/** Runs the command; resolves with the exit code. */
export async function replay(args: readonly string[]): Promise<number> {
  const command = replayCommand()
  parseOptions(command, args)
  const settings = settingsOf(command)
  const [path = ''] = command.args
  const options = command.opts<ReplayOptions>()
  const when = timesOf(options)
  const header = await headerOf(path)
  const types = await typesOf(path)
  const app = settings.of(known.app) || header.app
  const network = interfaceOf(settings)
  const discovery = settings.of(known.discovery)
  const waitMs = settings.of(known.wait)
  const sightings = await lookOnce({ discovery, interface: network, app }, waitMs)
  refuseMisfits(path, types, sightings)
  const ports = new Map<string, Pub<unknown, unknown>>()
  const running = await startActor(replayApp(app, types, ports), REPLAY_ACTOR, {
    discovery: discoveryOf(discovery, network),
    interface: network.name,
    logLevel: 'error',
    sink: { write: () => undefined },
  })
  const ending = untilEnded(Number.POSITIVE_INFINITY)
  const played: Played = { messages: 0 }
  try {
    if (!(await hasSubscriber(ports, waitMs))) {
      throw new CommandFailure(exitCodes.unreachable, `no sub of ${app} takes what ${path} holds`)
    }
    const isOver = (): boolean => ending.isOver
    void play(ports, played, { path, ...when, loop: options.loop === true, isOver }).then(
      () => ending.end(),
      (error) => ending.end(messageOf(error)),
    )
    const failure = await ending.wait(() => `${played.messages} messages`)
    if (failure !== undefined) throw new CommandFailure(exitCodes.failure, failure)
  } finally {
    await running.stop()
  }
  const dropped = [...ports.values()].reduce((sum, { stats }) => sum + stats.dropped, 0)
  process.stderr.write(`${played.messages} messages published from ${path}\n`)
  if (dropped > 0) complain(`${dropped} of them were dropped: a subscriber did not keep up`)
  return exitCodes.ok
}

function timesOf({ speed = '1', from, to }: ReplayOptions) {
  const factor = Number(speed)
  if (!(factor > 0 && factor <= 1e6)) {
    throw usage(`--speed is ${JSON.stringify(speed)}; give a number above 0, as 2 or 0.5`)
  }
  const fromMs = from === undefined ? 0 : spanOf(from, '--from')
  const toMs = to === undefined ? Number.POSITIVE_INFINITY : spanOf(to, '--to')
  if (toMs <= fromMs) throw usage('--to comes before --from: nothing is between them')
  return { speed: factor, fromMs, toMs }
}

/** @throws CommandFailure where an actor that is there knows a type by the same name as another. */
function refuseMisfits(
  path: string,
  types: ReadonlyMap<string, RecordedType>,
  sightings: readonly Sighting[],
): void {
  for (const { record, listing } of sightings) {
    for (const theirs of listing?.types ?? []) {
      const mine = types.get(theirs.name)
      if (!mine) continue
      const { fingerprint, jsonSchema } = theirs
      const why = incompatibility(mine.type, { name: theirs.name, fingerprint, jsonSchema })
      if (why === undefined) continue
      const whose = harmless(record?.actor ?? 'an actor')
      throw usage(`${path} does not fit ${whose}: ${theirs.name} was recorded with another schema: ${why}`)
    }
  }
}

/** Whether anybody takes any of it. */
async function hasSubscriber(
  ports: ReadonlyMap<string, Pub<unknown, unknown>>,
  timeout: number,
): Promise<boolean> {
  // All that can be connected are to be, so that none misses the beginning.
  const ready = [...ports.values()].map((port) =>
    port.ready({ timeout }).then(
      () => true,
      () => false,
    ),
  )
  return (await Promise.all(ready)).includes(true)
}
