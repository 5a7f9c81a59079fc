/** `quorate run`: starts actors, shows their events and lines, passes signals on, ends when they have ended. */
import { constants } from 'node:os'
import { chooseInterface } from '../../../discovery/index.js'
import { type AppDefinition, discoveryOf, resolveParams } from '../../../runtime/index.js'
import { compileApp } from '../compile.js'
import { paintEvent } from '../event-line.js'
import { exitCodes, usage } from '../failure.js'
import { type ActorLaunch, type ActorProcess, launchActor } from '../launch.js'
import { loadApp } from '../load.js'
import {
  findAppFile,
  type RunArguments,
  readRunArguments,
  runCommand,
  runCommandOf,
} from '../run-arguments.js'
import { labeller, paint, type Screen, screenOf } from '../terminal.js'

/** Runs the command; resolves with the exit code. */
export async function run(args: readonly string[]): Promise<number> {
  const appFile = findAppFile(args)
  if (!appFile) {
    if (!args.includes('--help') && !args.includes('-h'))
      throw usage('which app? quorate run <app file> [actor …]')
    runCommand().outputHelp()
    return exitCodes.ok
  }
  const compiled = await compileApp(appFile)
  const app = await loadApp(compiled, appFile)
  const read = readRunArguments(runCommandOf(app), app, args)
  const launches = planLaunches(app, compiled, read)
  return new Launcher(launches, read.options.json).run()
}

interface Planned {
  readonly label: string
  readonly launch: ActorLaunch
}

/** What is to be started. Everything that can be wrong is found before the first process is. */
function planLaunches(
  app: AppDefinition,
  appFile: string,
  { actors, options, params }: RunArguments,
): Planned[] {
  const names = actors.length > 0 ? actors : Object.keys(app.actors)
  discoveryOf(options.discovery, chooseInterface(options.interface))
  return names.flatMap((actor) => {
    const declared = app.actors[actor]?.params ?? {}
    return Array.from({ length: options.count }, (_, instance) => {
      const own = Object.fromEntries(Object.entries(params).filter(([name]) => Object.hasOwn(declared, name)))
      if (declared.instance?.type === 'number') own.instance ??= instance
      const resolved = resolveParams(declared, own, `actor ${actor}`)
      const { discovery, directoryPort, logLevel } = options
      const launch = {
        appFile,
        actor,
        params: { ...resolved },
        discovery,
        directoryPort,
        logLevel,
        interface: options.interface,
      }
      return { label: options.count > 1 ? `${actor}.${instance}` : actor, launch }
    })
  })
}

class Launcher {
  readonly #planned: readonly Planned[]
  readonly #json: boolean
  readonly #screen: Screen = screenOf(process.stdout)
  readonly #running = new Map<string, ActorProcess>()
  #stopping = false
  #exitCode: number = exitCodes.ok

  constructor(planned: readonly Planned[], json: boolean) {
    this.#planned = planned
    this.#json = json
  }

  async run(): Promise<number> {
    process.on('SIGINT', () => this.#stop())
    process.on('SIGTERM', () => this.#stop())
    // A closed pipe (`quorate run … | head`) ends it like a signal.
    process.stdout.on('error', () => this.#stop())
    const width = Math.max(...this.#planned.map(({ label }) => label.length))
    await Promise.all(this.#planned.map((planned, index) => this.#runOne(planned, index, width)))
    return this.#exitCode
  }

  #runOne({ label, launch }: Planned, index: number, width: number): Promise<void> {
    const line = labeller(this.#screen, label, index, width)
    return new Promise((resolve) => {
      const actor = launchActor(launch, {
        event: (event) => this.#show(event, label, line),
        output: (text, stream) => {
          if (this.#json) this.#printJson({ event: 'log', actor: launch.actor, label, stream, msg: text })
          else this.#print(line(text))
        },
        ended: (code, signal) => {
          this.#running.delete(label)
          this.#ended(code, signal, launch.actor, label, line)
          resolve()
        },
      })
      this.#running.set(label, actor)
    })
  }

  #show(event: Readonly<Record<string, unknown>>, label: string, line: (text: string) => string): void {
    if (this.#json) {
      this.#print(JSON.stringify({ ...event, label }))
      return
    }
    const shown = paintEvent(this.#screen, event)
    if (shown !== undefined) this.#print(line(shown))
  }

  #ended(
    code: number | null,
    signal: NodeJS.Signals | null,
    actor: string,
    label: string,
    line: (text: string) => string,
  ): void {
    const exit = code ?? 128 + (signal ? constants.signals[signal] : 0)
    if (exit === 0) return
    if (this.#exitCode === exitCodes.ok) this.#exitCode = exit
    const how = signal ? `was ended by ${signal}` : `ended with exit code ${code}`
    if (this.#json) this.#printJson({ event: 'error', actor, label, msg: how, code, signal })
    else this.#print(line(paint(this.#screen, 'red', how)))
  }

  /** The first time gracefully; the second time at once. */
  #stop(): void {
    const again = this.#stopping
    this.#stopping = true
    if (again) this.#exitCode = exitCodes.interrupted
    for (const actor of this.#running.values()) actor.signal('SIGTERM')
  }

  #printJson(fields: object): void {
    this.#print(JSON.stringify({ v: 1, t: Date.now(), ...fields }))
  }

  #print(text: string): void {
    if (process.stdout.writable) process.stdout.write(`${text}\n`)
  }
}
