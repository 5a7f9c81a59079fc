/**
 * `quorate run`: starts actors of an app. What can be found wrong before, is, and nothing is started then.
 */
import { type AppDefinition, discoveryOf, requireAllowed, resolveParams } from '../../../runtime/index.js'
import { compileApp } from '../compile.js'
import { exitCodes, usage } from '../failure.js'
import { Launcher, type PlannedActor } from '../launcher.js'
import { loadAppQuietly } from '../load.js'
import {
  asksForHelp,
  findAppFile,
  type RunArguments,
  readRunArguments,
  runCommand,
  runCommandOf,
} from '../run-arguments.js'
import { requireSeatsOf } from '../seats-of-app.js'
import { hubWithHttpIn } from '../settings/hub.js'
import { insecureIn } from '../settings/insecure.js'
import { interfaceOfApp } from '../settings/interface.js'
import { known } from '../settings/known.js'
import { FREE_PORTS } from '../settings/rpc-ports.js'
import { complain } from '../terminal.js'

/** Runs the command; resolves with the exit code. */
export async function run(args: readonly string[]): Promise<number> {
  const appFile = findAppFile(args)
  if (!appFile) {
    if (!asksForHelp(args)) throw usage('which app? quorate run <app file> [actor …]')
    runCommand().outputHelp()
    return exitCodes.ok
  }
  const compiled = await compileApp(appFile)
  const app = await loadAppQuietly(compiled, appFile)
  const read = readRunArguments(runCommandOf(app), app, args)
  const planned = plan(app, compiled, read)
  return new Launcher(planned, read.settings.of(known.json)).run()
}

/** What is to be started. @throws CommandFailure, AppError, DiscoveryError for what makes no sense. */
function plan(
  app: AppDefinition,
  appFile: string,
  { actors, settings, params }: RunArguments,
): PlannedActor[] {
  const names = actors.length > 0 ? [...new Set(actors)] : Object.keys(app.actors)
  requireWanted(app, names, params)
  requireSeatsOf(app, settings)
  const count = settings.of(known.count)
  const { choice, told } = interfaceOfApp(app, settings)
  const discovery = settings.of(known.discovery)
  discoveryOf(discovery, choice)
  const insecure = insecureIn(settings)
  const hub = hubWithHttpIn(settings)
  requireAllowed(app.name, insecure, choice.address)
  const shared = {
    appFile,
    discovery,
    // Chosen once for all of them.
    interface: settings.of(known.interface) || choice.address,
    directoryPort: settings.of(known.directoryPort),
    keys: settings.of(known.keys),
    insecure,
    seats: settings.of(known.seats),
    logLevel: settings.of(known.logLevel),
    rpc: settings.of(known.rpc),
    rpcHost: settings.of(known.rpcHost),
  }
  const processes = names.length * count
  if (shared.directoryPort > 0 && processes > 1) {
    const { subject } = settings.sourceOf(known.directoryPort)
    throw usage(`${subject} ${shared.directoryPort} is for one actor, and ${processes} are to be started`)
  }
  if (shared.rpc !== '' && shared.rpc !== FREE_PORTS && processes > 1) {
    const { subject } = settings.sourceOf(known.rpc)
    const way = `give ${FREE_PORTS}, and each takes free ones; quorate console finds them`
    throw usage(`${subject} ${shared.rpc} is for one actor, and ${processes} are to be started; ${way}`)
  }
  if (told !== undefined) complain(told)
  return names.flatMap((actor) => {
    const declared = app.actors[actor]?.params ?? {}
    return Array.from({ length: count }, (_, instance) => {
      const own = Object.fromEntries(Object.entries(params).filter(([name]) => Object.hasOwn(declared, name)))
      if (declared.instance?.type === 'number') own.instance ??= instance
      const resolved = { ...resolveParams(declared, own, `actor ${actor}`) }
      return {
        label: count > 1 ? `${actor}.${instance}` : actor,
        launch: {
          ...{ ...shared, actor, params: resolved },
          ...(hub && { hub: { ...hub, instance: count > 1 ? String(instance) : '' } }),
        },
      }
    })
  })
}

/** @throws CommandFailure for a parameter that none of the actors to be started has. */
function requireWanted(app: AppDefinition, names: readonly string[], params: RunArguments['params']): void {
  const has = (actor: string, param: string): boolean => Object.hasOwn(app.actors[actor]?.params ?? {}, param)
  for (const param of Object.keys(params)) {
    if (names.some((actor) => has(actor, param))) continue
    const owners = Object.keys(app.actors).filter((actor) => has(actor, param))
    const started = `${names.join(', ')}, which ${names.length === 1 ? 'is' : 'are'} to be started`
    throw usage(`--${param} is a parameter of ${owners.join(', ')}, not of ${started}`)
  }
}
