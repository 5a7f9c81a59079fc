// The processes of a measurement. Each is plain Node and talks with the bench over its IPC channel in
// messages `{ type, … }`; what it prints is kept for the case that it fails. All end with the bench.

import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { cleanEnvironment } from './lab.mjs'

const OUTPUT_CHARS_MAX = 8 * 1024
const REPLY_MS = 20_000
const END_MS = 3000

/** Milliseconds of the clock that all processes of a machine share. */
export function now() {
  return Number(process.hrtime.bigint()) / 1e6
}

/** What was to be locked is in clear, or the other way round. Fails the bench. */
export class LockError extends Error {}

/** Starts processes in a lab, and ends those that are left. */
export class Processes {
  /** True for those that come with keys. */
  isLocked
  #folder
  #environment
  #profile
  #prefix
  #running

  /**
   * `prefix` is a command that runs another one elsewhere, as `ip netns exec x`, and becomes it. Those of one
   * lab share what is `running`.
   */
  constructor(folder, { profile, isLocked = false, prefix = [], running = new Set() } = {}) {
    this.isLocked = isLocked
    this.#folder = folder
    // On the loopback, and with keys of the lab's own.
    const own = { QUORATE_INTERFACE: '127.0.0.1', XDG_CONFIG_HOME: join(folder, 'config') }
    this.#environment = { ...cleanEnvironment, ...own }
    this.#profile = profile
    this.#prefix = prefix
    this.#running = running
  }

  /** The same lab, with keys. */
  withKeys() {
    return this.#like({ isLocked: true })
  }

  /** The same lab, somewhere else. */
  elsewhere(prefix) {
    return this.#like({ prefix })
  }

  #like(other) {
    const [profile, isLocked, prefix, running] = [this.#profile, this.isLocked, this.#prefix, this.#running]
    return new Processes(this.#folder, { profile, isLocked, prefix, running, ...other })
  }

  /** A program of `programs/` with its options, which it gets as JSON: of them, if it starts `insecure`. */
  program(name, options = {}) {
    const given = JSON.stringify({ ...options, insecure: !this.isLocked })
    const args = [...this.#flags(), join('programs', `${name}.mjs`), given]
    return this.#start(name, args, { env: this.#environment, stdio: ['ignore', 'pipe', 'pipe', 'ipc'] })
  }

  /**
   * An actor of an app file of `programs/`, the very process that `quorate run` starts: the same program,
   * flags, pipes and channel. Its discovery is mDNS on loopback.
   */
  actor(file, actor, params = {}) {
    const main = join(this.#folder, 'node_modules', 'quorate', 'dist', 'apps', 'quorate', 'actor.js')
    const launch = {
      appFile: join(this.#folder, 'programs', file),
      actor,
      params,
      discovery: 'mdns',
      interface: '127.0.0.1',
      directoryPort: 0,
      keys: '',
      insecure: !this.isLocked,
      seats: '',
      logLevel: 'warn',
      rpc: '',
      rpcHost: '127.0.0.1',
    }
    const env = { ...this.#environment, QUORATE_ACTOR: JSON.stringify(launch) }
    const args = ['--enable-source-maps', ...this.#flags(), main, actor]
    return this.#start(actor, args, { env, stdio: ['ignore', 'pipe', 'pipe', 'pipe', 'ipc'], detached: true })
  }

  /** A command of `quorate` that goes on; its lines of JSON are messages, whose `event` is their type. */
  tool(...args) {
    const given = [...this.#flags(), this.#main(), ...args]
    return this.#start(args[0], given, { env: this.#environment, stdio: ['ignore', 'pipe', 'pipe'] })
  }

  /** A command of `quorate`, run to its end: `{ code, output }`. */
  async command(...args) {
    const [program, ...rest] = [...this.#prefix, process.execPath, this.#main(), ...args]
    const child = spawn(program, rest, {
      cwd: this.#folder,
      env: this.#environment,
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    let output = ''
    child.stdout.on('data', (chunk) => {
      output += chunk
    })
    const code = await new Promise((done) => child.once('close', done))
    return { code, output }
  }

  /**
   * Throws unless each socket that these actors listen on is locked where this column says so, and in clear
   * where not: a figure of the one in the column of the other would be worse than none. With keys, each actor
   * has one door in clear, for introductions.
   */
  async proveLocks(actors) {
    const program = this.program('mechanisms', { pids: actors.map(({ pid }) => pid) })
    const { told } = await program.next('mechanisms')
    await program.end()
    for (const { mechanisms } of told) {
      if (this.#isFit(mechanisms)) continue
      const column = this.isLocked ? 'with keys' : 'without keys'
      throw new LockError(`${column}, the sockets of an actor speak ${mechanisms.join(', ') || 'nothing'}`)
    }
  }

  #isFit(mechanisms) {
    const count = (name) => mechanisms.filter((each) => each === name).length
    const [locked, inClear] = [count('CURVE'), count('NULL')]
    if (locked + inClear !== mechanisms.length) return false
    return this.isLocked ? locked > 0 && inClear === 1 : locked === 0 && inClear > 0
  }

  /** A native program; `lines` of it are messages of the type `line`. */
  native(path, args) {
    return this.#watch('C program', spawn(path, args, { stdio: ['ignore', 'pipe', 'pipe'] }))
  }

  /** Kills all that are left. */
  killAll() {
    for (const each of this.#running) each.kill()
  }

  #main() {
    return join(this.#folder, 'node_modules', 'quorate', 'dist', 'apps', 'quorate', 'main.js')
  }

  #flags() {
    return this.#profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${this.#profile}`]
  }

  #start(name, args, options) {
    const [program, ...rest] = [...this.#prefix, process.execPath, ...args]
    return this.#watch(name, spawn(program, rest, { cwd: this.#folder, ...options }))
  }

  #watch(name, child) {
    const running = new RunningProcess(name, child)
    this.#running.add(running)
    void running.exited.then(() => this.#running.delete(running))
    return running
  }
}

/** One process. */
export class RunningProcess {
  /** Resolves when it has ended. Never rejects. */
  exited
  #name
  #child
  #output = ''
  #messages = []
  #waiting = []
  #ended = false

  constructor(name, child) {
    this.#name = name
    this.#child = child
    this.exited = new Promise((done) => {
      child.once('exit', done)
      child.once('error', done)
    }).then(() => {
      this.#ended = true
      for (const { reject } of this.#waiting.splice(0)) reject(this.#failure('ended'))
    })
    child.on('message', (message) => this.#take(message))
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (line.startsWith('{"v":1,')) this.#take({ ...JSON.parse(line), type: JSON.parse(line).event })
    })
    for (const stream of child.stdio.slice(1)) stream?.on('data', (chunk) => this.#print(String(chunk)))
  }

  get pid() {
    return this.#child.pid
  }

  /** The text that it printed, its end. */
  get output() {
    return this.#output
  }

  /** Tells it something; nothing where it has ended. */
  send(message) {
    if (this.#child.connected) this.#child.send(message)
  }

  /** Its next message that fits, or one that nobody took yet. Rejects when it ends or is silent. */
  next(type, fits = () => true, withinMs = REPLY_MS) {
    const wanted = (message) => message.type === type && fits(message)
    const at = this.#messages.findIndex(wanted)
    if (at !== -1) return Promise.resolve(this.#messages.splice(at, 1)[0])
    if (this.#ended) return Promise.reject(this.#failure('ended'))
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiting = this.#waiting.filter((other) => other !== waiter)
        reject(this.#failure(`did not say ${type} within ${withinMs / 1000} s`))
      }, withinMs)
      const settle = (by) => (value) => {
        clearTimeout(timer)
        by(value)
      }
      const waiter = { wanted, resolve: settle(resolve), reject: settle(reject) }
      this.#waiting.push(waiter)
    })
  }

  /** Its messages of a type that nobody took: how many, and none from now on. */
  told(type) {
    return this.#messages.filter((message) => message.type === type).length
  }

  forget(type) {
    this.#messages = this.#messages.filter((message) => message.type !== type)
  }

  /** kill -9. */
  kill() {
    this.signal('SIGKILL')
  }

  signal(name) {
    this.#child.kill(name)
  }

  /** Lets it end by itself, which a program does when its channel is closed; kills it if it takes long. */
  async end() {
    if (this.#child.connected) this.#child.disconnect()
    const timer = setTimeout(() => this.kill(), END_MS)
    await this.exited
    clearTimeout(timer)
  }

  /** Ends an actor as its launcher does. */
  async stop() {
    this.#child.kill('SIGTERM')
    const timer = setTimeout(() => this.kill(), END_MS)
    await this.exited
    clearTimeout(timer)
  }

  #take(message) {
    const at = this.#waiting.findIndex(({ wanted }) => wanted(message))
    if (at === -1) this.#messages.push(message)
    else this.#waiting.splice(at, 1)[0].resolve(message)
  }

  #print(text) {
    this.#output = (this.#output + text).slice(-OUTPUT_CHARS_MAX)
  }

  #failure(what) {
    return new Error(`${this.#name} ${what}${this.#output === '' ? '' : `; it printed:\n${this.#output}`}`)
  }
}
