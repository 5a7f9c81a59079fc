/**
 * `quorate replay`: publishes what `quorate record` has written. First it looks at who is there: where an
 * actor of the app has another idea of a type of messages, nothing is published.
 */
import { type InterfaceChoice, isOnLink, type Listing } from '../../../discovery/index.js'
import { incompatibility } from '../../../ports/index.js'
import { type RunningActor, startActor } from '../../../runtime/index.js'
import { CommandFailure, exitCodes, lineOf, usage } from '../failure.js'
import { commandLimits } from '../limits.js'
import { keysWantedBy, lookOnce, type Sighting } from '../observatory.js'
import { parseOptions } from '../options.js'
import { type ReplayOptions, replayCommand } from '../recording/commands.js'
import {
  headerOf,
  listedScope,
  type RecordedScope,
  type RecordedType,
  type Survey,
  surveyOf,
} from '../recording/lines.js'
import {
  type AnyPub,
  type Played,
  type PlayedPorts,
  type PlayOptions,
  play,
  REPLAY_ACTOR,
  replayApps,
} from '../recording/player.js'
import { spanOf } from '../recording/span.js'
import { untilEnded } from '../recording/until-ended.js'
import { settingsOf } from '../settings/find.js'
import { insecureIn } from '../settings/insecure.js'
import { interfacesOf } from '../settings/interface.js'
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
  const app = options.app || header.app
  const { types, cutAt } = await surveyOf(path)
  if (types.size === 0) throw usage(`${path} tells of no type of messages: there is nothing to publish`)
  if (cutAt !== undefined) complain(`${path}:${cutAt} is cut off; what comes before it is published`)
  const interfaces = interfacesOf(settings)
  const discovery = settings.of(known.discovery)
  const waitMs = settings.of(known.wait)
  const keys = settings.of(known.keys)
  const sightings = await lookOnce({ discovery, interfaces, keys, app }, waitMs)
  const [wanting] = keysWantedBy(sightings)
  if (wanting !== undefined) throw new CommandFailure(exitCodes.unreachable, wanting)
  refuseMisfits(path, types, sightings)
  const insecure = insecureIn(settings)
  const ports = new Map<string, AnyPub>()
  const running: RunningActor[] = []
  let played: Played
  try {
    for (const each of replayApps(app, types.values(), ports)) {
      running.push(
        await startActor(each, REPLAY_ACTOR, {
          discovery,
          interface: whereTheyAre(sightings, interfaces),
          keys,
          insecure,
          logLevel: 'error',
          sink: { write: () => undefined },
        }),
      )
    }
    if (!(await hasSubscriber(ports, waitMs))) {
      const text = `no sub of ${app} takes what ${path} holds${whoIsApart(sightings, insecure !== false)}`
      throw new CommandFailure(exitCodes.unreachable, text)
    }
    played = await playUntilEnded(ports, { path, ...when, loop: options.loop === true })
  } finally {
    await Promise.all(running.map((each) => each.stop()))
  }
  return endOf(played, ports, path)
}

async function playUntilEnded(
  ports: PlayedPorts,
  options: Omit<PlayOptions, 'isOver' | 'heard'>,
): Promise<Played> {
  const ending = untilEnded(Number.POSITIVE_INFINITY)
  const played: Played = { messages: 0, untyped: 0, endMs: 0 }
  const isOver = (): boolean => ending.isOver
  const heard = (isHeard: boolean): void => complain(isHeard ? 'there is a subscriber again' : UNHEARD)
  void play(ports, played, { ...options, isOver, heard })
    .catch((error) => {
      played.failure = error
    })
    .finally(() => ending.end())
  await ending.wait(() => `${played.messages} messages`)
  return played
}

/** Tells how much was published, whatever happened; the exit code. @throws what play() did. */
function endOf({ messages, untyped, failure }: Played, ports: PlayedPorts, path: string): number {
  const dropped = [...ports.values()].reduce((sum, { stats }) => sum + stats.dropped, 0)
  process.stderr.write(`${messages} messages published from ${path}\n`)
  if (dropped > 0) complain(`${dropped} of them were dropped: a subscriber did not keep up`)
  if (untyped > 0) complain(`${untyped} messages were left out: ${path} does not tell of their types`)
  if (failure === undefined) return exitCodes.ok
  // What has begun has failed; what has not is refused.
  throw messages > 0 ? new CommandFailure(exitCodes.failure, lineOf(failure)) : failure
}

const UNHEARD = 'all subscribers are gone; it goes on, and nobody hears it'

function timesOf({ speed = '1', from, to }: ReplayOptions) {
  const factor = Number(speed)
  const most = commandLimits.replaySpeed
  if (!(factor > 0 && factor <= most)) {
    throw usage(`--speed is ${JSON.stringify(speed)}; give a number above 0 and at most ${most}, as 2 or 0.5`)
  }
  const fromMs = from === undefined ? 0 : spanOf(from, '--from')
  const toMs = to === undefined ? Number.POSITIVE_INFINITY : spanOf(to, '--to')
  if (toMs <= fromMs) throw usage('--to is not after --from: nothing is between them')
  return { speed: factor, fromMs, toMs }
}

/** What may be the reason: who has keys does not talk with who has none. */
function whoIsApart(sightings: readonly Sighting[], isInsecure: boolean): string {
  const others = sightings.filter(({ record }) => record && (record.key !== '') === isInsecure)
  if (others.length === 0) return ''
  return isInsecure
    ? '; its actors have keys: leave --insecure out'
    : '; its actors have no keys: add --insecure'
}

/** Of those that were looked at, the address of the interface that the actors are on. */
function whereTheyAre(sightings: readonly Sighting[], interfaces: readonly InterfaceChoice[]): string {
  const there = interfaces.find((each) => sightings.some(({ host }) => isOnLink(host, each)))
  return (there ?? interfaces[0])?.address ?? ''
}

/** @throws CommandFailure where an actor that is there knows a type by the same name as another. */
function refuseMisfits(path: string, types: Survey['types'], sightings: readonly Sighting[]): void {
  for (const { record, listing } of sightings) {
    if (!listing) continue
    for (const mine of types.values()) {
      const why = misfitOf(mine, listing)
      if (why === undefined) continue
      const whose = harmless(record?.actor ?? 'an actor')
      const { name } = mine.type
      throw usage(`${path} does not fit ${whose}: ${name} was recorded with another schema: ${why}`)
    }
  }
}

/** Why what was recorded is another type than that of the same name and scope there. */
function misfitOf({ type, scope }: RecordedType, listing: Listing): string | undefined {
  const theirs = listing.types.find(({ name }) => name === type.name)
  if (!theirs || !hasIn(listing, type.name, scope)) return undefined
  const { name, fingerprint, jsonSchema } = theirs
  return incompatibility(type, { name, fingerprint, jsonSchema })
}

function hasIn({ ports }: Listing, name: string, scope: RecordedScope): boolean {
  return ports.some((port) => {
    return listedScope(port.scope) === scope && port.types.some((type) => type.name === name)
  })
}

/** Whether anybody takes any of it. */
async function hasSubscriber(ports: PlayedPorts, timeout: number): Promise<boolean> {
  // All that can be connected are to be, so that none misses the beginning.
  const ready = [...ports.values()].map((port) =>
    port.ready({ timeout }).then(
      () => true,
      () => false,
    ),
  )
  return (await Promise.all(ready)).includes(true)
}
