/** `quorate top`: the actors of agents, and the workers of hubs, again and again. */
import { emitKeypressEvents } from 'node:readline'
import { Command, Option } from 'commander'
import { CommandFailure, exitCodes, usage } from '../failure.js'
import { commandLimits } from '../limits.js'
import { parseOptions, withSettings } from '../options.js'
import { Redrawn } from '../redrawn.js'
import { settingsOf } from '../settings/find.js'
import { known } from '../settings/known.js'
import { screenOf } from '../terminal.js'
import { type Fleet, fleetOf } from '../top/fleet.js'
import { type Look, lookAt } from '../top/look.js'
import { fleetLines, summaryOf } from '../top/screen.js'
import { type Server, serverIn } from '../top/server.js'
import { firstView, type Key, pressed } from '../top/view.js'

const AGENT = 'http://127.0.0.1:8001'

export function topCommand(): Command {
  const several = (text: string, before: readonly string[]): readonly string[] => [...before, text]
  const where = (kind: string): Option =>
    new Option(`--${kind} <url[,token-file]>`, `where ${kind === 'hub' ? 'a hub' : 'an agent'} is`)
      .argParser(several)
      .default([], kind === 'hub' ? 'none' : `${AGENT} where no hub is given`)
  const command = new Command('quorate top')
    .description('show the actors of agents, and the workers of hubs')
    .addOption(where('agent'))
    .addOption(where('hub'))
    .addOption(new Option('--interval <seconds>', 'from look to look').default('2'))
    .addOption(new Option('--once', 'two looks, and what they tell'))
    .addHelpText('after', HELP)
  return withSettings(command, [known.json], { json: 'a line of JSON a look' })
}

const HELP = `
Both may be given several times. The token of each is in the file behind the comma; else in
QUORATE_AGENT_TOKEN or QUORATE_HUB_TOKEN; else, on this host, where quorate agent and quorate hub put theirs.
At a terminal ← and → sort, r reverses, ↑ and ↓ scroll, q ends.`

interface Given {
  readonly agent: readonly string[]
  readonly hub: readonly string[]
  readonly interval: string
  readonly once?: boolean
}

/** Runs the command; resolves with the exit code. */
export async function top(args: readonly string[]): Promise<number> {
  const command = topCommand()
  parseOptions(command, args)
  const given: Given = command.opts()
  const servers = serversIn(given)
  const json = settingsOf(command).of(known.json)
  const intervalMs = intervalIn(given.interval)
  const first = await lookAtAll(servers)
  if (first.every(({ why }) => why !== '')) {
    const [{ url, why } = { url: '', why: '' }] = first
    const others = first.length > 1 ? `, and ${first.length - 1} more` : ''
    throw new CommandFailure(exitCodes.unreachable, `nobody is reached: ${url}${others}: ${why}`)
  }
  return new Top(servers, intervalMs, { json, isOnce: given.once ?? false }).run(first)
}

function serversIn({ agent, hub }: Given): Server[] {
  const agents = agent.length + hub.length === 0 ? [AGENT] : agent
  const servers = [
    ...agents.map((text) => serverIn('agent', text)),
    ...hub.map((text) => serverIn('hub', text)),
  ]
  if (servers.length > commandLimits.topServers)
    throw usage(`name ${commandLimits.topServers} agents and hubs at most`)
  return servers
}

function intervalIn(text: string): number {
  const ms = /^\d{1,5}(\.\d{1,3})?$/.test(text) ? Number(text) * 1000 : Number.NaN
  const { topMinMs: least, topMaxMs: most } = commandLimits
  if (ms >= least && ms <= most) return ms
  throw usage(`--interval is ${JSON.stringify(text)}; give seconds from ${least / 1000} to ${most / 1000}`)
}

function lookAtAll(servers: readonly Server[]): Promise<Look[]> {
  return Promise.all(servers.map(lookAt))
}

class Top {
  readonly #servers: readonly Server[]
  readonly #intervalMs: number
  readonly #json: boolean
  readonly #isOnce: boolean
  readonly #redrawn: Redrawn | undefined
  #fleet: Fleet = { actors: [], workers: [], away: [] }
  #view = firstView
  #exitCode: number | undefined
  #wake: () => void = () => undefined

  constructor(
    servers: readonly Server[],
    intervalMs: number,
    { json, isOnce }: { json: boolean; isOnce: boolean },
  ) {
    this.#servers = servers
    this.#intervalMs = intervalMs
    this.#json = json
    this.#isOnce = isOnce
    this.#redrawn = json || isOnce ? undefined : Redrawn.on(process.stdout)
  }

  async run(first: readonly Look[]): Promise<number> {
    const forget = this.#listen()
    try {
      if (!this.#isOnce) this.#told(fleetOf(first, [], Date.now()))
      for (let before = first; this.#exitCode === undefined; ) {
        await this.#pause()
        if (this.#exitCode !== undefined) break
        const looks = await lookAtAll(this.#servers)
        if (this.#exitCode !== undefined) break
        this.#told(fleetOf(looks, before, Date.now()))
        before = looks
        if (this.#isOnce) this.#exitCode = exitCodes.ok
      }
      return this.#exitCode
    } finally {
      forget()
      this.#redrawn?.restore()
    }
  }

  #told(fleet: Fleet): void {
    this.#fleet = fleet
    // Who has not read the last block gets a newer one later.
    if (!process.stdout.writableNeedDrain || this.#isOnce) this.#show()
  }

  #show(): void {
    const lines = (): string[] =>
      fleetLines(this.#fleet, this.#view, screenOf(process.stdout), this.#redrawn !== undefined)
    if (this.#json) {
      print(JSON.stringify({ v: 1, t: Date.now(), event: 'fleet', ...this.#fleet }))
      return
    }
    if (this.#isOnce) {
      print(lines().join('\n'))
      return
    }
    const head = `${new Date().toTimeString().slice(0, 8)}  ${summaryOf(this.#fleet)}`
    if (this.#redrawn) this.#redrawn.draw([`${head}  (q ends, ←→ sort)`, '', ...lines()])
    else print([head, '', ...lines(), ''].join('\n'))
  }

  #end(exitCode: number): void {
    this.#exitCode ??= exitCode
    this.#wake()
  }

  #pause(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, this.#intervalMs)
      this.#wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }

  /** To signals, to whoever reads, and to keys; returns what ends that. */
  #listen(): () => void {
    const interrupted = (): void => this.#end(exitCodes.interrupted)
    const unread = (): void => this.#end(exitCodes.ok)
    const resized = (): void => this.#show()
    const typed = (_text: string | undefined, key: Key): void => {
      const next = pressed(this.#view, key, this.#fleet)
      if (next === 'quit' || next === 'interrupt') {
        this.#end(next === 'quit' ? exitCodes.ok : exitCodes.interrupted)
        return
      }
      this.#view = next
      this.#show()
    }
    const { stdin, stdout } = process
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, interrupted)
    stdout.on('error', unread)
    const isTyped = this.#redrawn !== undefined && stdin.isTTY
    if (this.#redrawn) stdout.on('resize', resized)
    if (isTyped) {
      emitKeypressEvents(stdin)
      stdin.setRawMode(true)
      stdin.on('keypress', typed)
    }
    return () => {
      for (const signal of ['SIGINT', 'SIGTERM'] as const) process.off(signal, interrupted)
      stdout.off('error', unread)
      stdout.off('resize', resized)
      if (!isTyped) return
      stdin.off('keypress', typed)
      stdin.setRawMode(false)
      stdin.pause()
    }
  }
}

function print(text: string): void {
  if (process.stdout.writable) process.stdout.write(`${text}\n`)
}
