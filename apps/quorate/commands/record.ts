/** `quorate record`: what pub ports of a running app publish goes into a file. The app is not changed. */
import { existsSync, rmSync } from 'node:fs'
import type { ActorRecord, Listing } from '../../../discovery/index.js'
import type { SocketLock } from '../../../ports/index.js'
import { CommandFailure, exitCodes, lineOf, usage } from '../failure.js'
import { isFolder } from '../folders.js'
import { commandLimits } from '../limits.js'
import { Observatory } from '../observatory.js'
import { parseOptions } from '../options.js'
import { appNamed } from '../other-apps.js'
import { type RecordOptions, recordCommand } from '../recording/commands.js'
import { RECORD_ACTOR, Recorder } from '../recording/recorder.js'
import { spanOf } from '../recording/span.js'
import { untilEnded } from '../recording/until-ended.js'
import { settingsOf } from '../settings/find.js'
import type { SettingsInForce } from '../settings/in-force.js'
import { known } from '../settings/known.js'
import { observedBy } from '../settings/observed.js'
import { complain } from '../terminal.js'

/** An actor with what it listed last, and the lock with which it was reached. */
interface Listed {
  readonly record: ActorRecord
  readonly listing: Listing
  readonly lock: SocketLock | undefined
}

/** By their ids. */
type Actors = ReadonlyMap<string, Listed>

/** Who was there to begin with, and why others do not let themselves be looked at. */
interface Seen {
  readonly actors: Actors
  readonly wanting: readonly string[]
}

interface Recording {
  readonly path: string
  readonly wanted: readonly string[]
  readonly force: boolean
  readonly bytes: number
  readonly forMs: number
}

/** Runs the command; resolves with the exit code. */
export async function record(args: readonly string[]): Promise<number> {
  const command = recordCommand()
  parseOptions(command, args)
  const settings = settingsOf(command)
  const recording = await recordingOf(command.args, command.opts<RecordOptions>())
  const actors = new Map<string, Listed>()
  let recorder: Recorder | undefined
  const observatory = new Observatory({
    ...observedBy(settings),
    as: RECORD_ACTOR,
    listed: (record, listing, lock) => {
      actors.set(record.id, { record, listing, lock })
      recorder?.listed(record, listing, lock)
    },
    lost: (id) => {
      actors.delete(id)
      recorder?.lost(id)
    },
  })
  await observatory.open()
  try {
    await observatory.settle(settings.of(known.wait))
    const seen = { actors, wanting: observatory.wanting }
    return await recordUntilEnded(recording, settings, seen, (made) => {
      recorder = made
    })
  } finally {
    await observatory.close()
  }
}

/** @param made is called before anything is awaited, so that no news is missed. */
async function recordUntilEnded(
  { path, wanted, force, bytes, forMs }: Recording,
  settings: SettingsInForce,
  { actors, wanting }: Seen,
  made: (recorder: Recorder) => void,
): Promise<number> {
  const app = settings.of(known.app) || onlyApp({ actors, wanting })
  const ending = untilEnded(forMs)
  const ended = (error?: unknown): void => ending.end(error === undefined ? undefined : lineOf(error))
  const insecure = settings.of(known.insecure)
  const recorder = new Recorder({ path, force, app, wanted, bytes, insecure, complain, ended })
  made(recorder)
  for (const { record, listing, lock } of actors.values()) recorder.listed(record, listing, lock)
  // Not silently another app than is meant.
  const named = appNamed(app, settings.sourceOf(known.app))
  process.stderr.write(`recording ${named} to ${path}; Ctrl-C ends it\n`)
  const isThere = [...actors.values()].some(({ record }) => record.app === app)
  if (isThere) recorder.missing.forEach(complain)
  else for (const text of [`no actor of ${named} is there yet`, ...wanting]) complain(text)
  const failure = await ending.wait(() => progressOf(recorder))
  if (failure !== undefined) throw new CommandFailure(exitCodes.failure, `${path}: ${failure}`)
  const told = progressOf(recorder)
  await recorder.close()
  process.stderr.write(`${told}: ${path}\n`)
  return endOf(recorder, { path, force, bytes }, named)
}

/** Tells what is to be known of a recording that has ended; the exit code. */
function endOf(
  { missed, missing, messages, isFull, hasSubscribed }: Recorder,
  { path, force, bytes }: Pick<Recording, 'path' | 'force' | 'bytes'>,
  app: string,
): number {
  if (isFull && messages > 0) complain(`the recording has reached its ${bytes} bytes (--bytes)`)
  if (missed > 0) complain(`${missed} messages were missed: this host did not keep up`)
  missing.forEach(complain)
  if (messages > 0 || (hasSubscribed && !isFull)) return exitCodes.ok
  // A file of somebody else's is not removed.
  if (!force) rmSync(path)
  if (isFull) throw usage(`--bytes is ${bytes}; give more: not one message fits`)
  const removed = force ? '' : `, and ${path} is removed`
  const text = `no port of ${app} was subscribed to: nothing is recorded${removed}`
  throw new CommandFailure(exitCodes.unreachable, text)
}

function progressOf({ messages, bytes, publishers }: Recorder): string {
  const ports = publishers === 1 ? '1 port' : `${publishers} ports`
  return `${messages} messages, ${bytes} bytes, ${ports} subscribed`
}

/** What the arguments ask for. @throws CommandFailure where it is nothing. */
async function recordingOf(
  [path = '', ...wanted]: readonly string[],
  options: RecordOptions,
): Promise<Recording> {
  const { bytes, for: span, force = false } = options
  if (path === '') throw usage('the name of the file is empty; give one')
  if (await isFolder(path)) throw usage(`${path} is a folder; give the name of a file`)
  if (existsSync(path) && !force) throw usage(`${path} is there already; give --force to write over it`)
  return {
    path,
    wanted,
    force,
    bytes: bytes === undefined ? commandLimits.recordingBytes : bytesOf(bytes),
    forMs: span === undefined ? Number.POSITIVE_INFINITY : spanOf(span, '--for'),
  }
}

function bytesOf(text: string): number {
  const bytes = Number(text)
  const least = commandLimits.recordingBytesMin
  if (Number.isSafeInteger(bytes) && bytes >= least) return bytes
  throw usage(`--bytes is ${JSON.stringify(text)}; give a number of bytes, at least ${least}`)
}

/** @throws CommandFailure where there is none, or more than one. */
function onlyApp({ actors, wanting: [wanting] }: Seen): string {
  const apps = [...new Set([...actors.values()].map(({ record }) => record.app))]
  const [app] = apps
  if (app === undefined) {
    const text = wanting ?? 'no actors were found; quorate doctor finds out why'
    throw new CommandFailure(exitCodes.unreachable, text)
  }
  if (apps.length > 1) throw usage(`there are several apps, ${apps.join(', ')}; choose one with --app`)
  return app
}
