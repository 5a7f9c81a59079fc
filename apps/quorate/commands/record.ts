/** `quorate record`: what pub ports of a running app publish goes into a file. The app is not changed. */
import { existsSync } from 'node:fs'
import { CommandFailure, exitCodes, lineOf, usage } from '../failure.js'
import { commandLimits } from '../limits.js'
import { Observatory, type ObservatoryOptions, type Sighting } from '../observatory.js'
import { parseOptions } from '../options.js'
import { type RecordOptions, recordCommand } from '../recording/commands.js'
import { Recorder } from '../recording/recorder.js'
import { spanOf } from '../recording/span.js'
import { untilEnded } from '../recording/until-ended.js'
import { settingsOf } from '../settings/find.js'
import { interfaceOf } from '../settings/interface.js'
import { known } from '../settings/known.js'
import { complain } from '../terminal.js'

/** Runs the command; resolves with the exit code. */
export async function record(args: readonly string[]): Promise<number> {
  const command = recordCommand()
  parseOptions(command, args)
  const settings = settingsOf(command)
  const [path = '', ...wanted] = command.args
  const { bytes, for: span, force = false } = command.opts<RecordOptions>()
  const limit = bytes === undefined ? commandLimits.recordingBytes : bytesOf(bytes)
  const forMs = span === undefined ? Number.POSITIVE_INFINITY : spanOf(span, '--for')
  if (existsSync(path) && !force) throw usage(`${path} is there already; give --force to write over it`)
  let listed: ObservatoryOptions['listed']
  let lost: ObservatoryOptions['lost']
  const observatory = new Observatory({
    discovery: settings.of(known.discovery),
    interface: interfaceOf(settings),
    app: settings.of(known.app) || undefined,
    notice: (what, text) => complain(`${what}: ${text}`),
    listed: (record, listing) => listed?.(record, listing),
    lost: (id) => lost?.(id),
  })
  await observatory.open()
  try {
    await observatory.settle(settings.of(known.wait))
    const sightings = await observatory.look()
    const app = settings.of(known.app) || onlyApp(sightings)
    const ending = untilEnded(forMs)
    const ended = (error?: unknown): void => ending.end(error === undefined ? undefined : lineOf(error))
    const recorder = new Recorder({ path, force, app, wanted, bytes: limit, complain, ended })
    listed = (record, listing) => void recorder.listed(record, listing).catch(ended)
    lost = (id) => recorder.lost(id)
    for (const { record, listing } of sightings) {
      if (record && listing) await recorder.listed(record, listing)
    }
    process.stderr.write(`recording ${app} to ${path}; Ctrl-C ends it\n`)
    if (!sightings.some(({ listing }) => listing)) complain(`no actor of ${app} is there yet`)
    const failure = await ending.wait(() => progressOf(recorder))
    if (failure !== undefined) throw new CommandFailure(exitCodes.failure, `${path}: ${failure}`)
    const told = progressOf(recorder)
    await recorder.close()
    process.stderr.write(`${told}: ${path}\n`)
    if (recorder.missed > 0) complain(`${recorder.missed} messages were missed: this host did not keep up`)
    return exitCodes.ok
  } finally {
    await observatory.close()
  }
}

function progressOf({ messages, bytes, publishers }: Recorder): string {
  const ports = publishers === 1 ? '1 port' : `${publishers} ports`
  return `${messages} messages, ${bytes} bytes, ${ports} subscribed`
}

function bytesOf(text: string): number {
  const bytes = Number(text)
  if (Number.isSafeInteger(bytes) && bytes > 0) return bytes
  throw usage(`--bytes is ${JSON.stringify(text)}; give a number of bytes`)
}

/** @throws CommandFailure where there is none, or more than one. */
function onlyApp(sightings: readonly Sighting[]): string {
  const apps = [
    ...new Set(sightings.flatMap(({ record, listing }) => (record && listing ? [record.app] : []))),
  ]
  const [app] = apps
  if (app === undefined) {
    throw new CommandFailure(exitCodes.unreachable, 'no actors were found; quorate doctor finds out why')
  }
  if (apps.length > 1) throw usage(`there are several apps, ${apps.join(', ')}; choose one with --app`)
  return app
}
