/**
 * The package as its users get it: packed, installed into an empty folder, and used there from TypeScript
 * and from plain JavaScript. With the real npm, whose cache the install of this checkout has filled.
 */

import { execFile, spawn } from 'node:child_process'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import { expect } from 'chai'
import { packageJson, projectRoot } from '../project.js'
import { sideBySide } from '../support/side-by-side.js'

const run = promisify(execFile)
const fixtures = join(projectRoot, 'test', 'fixtures', 'package')
const INSTALL = ['--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline']
/** Tests at a time: installing waits for files, apps for each other. */
const AT_ONCE = 3
/** What npm tells the scripts it runs about this package would mislead the npm that we run elsewhere. */
const env = Object.fromEntries(
  Object.entries(process.env).filter(
    ([name]) => !/^(npm_(package|lifecycle|config_local)_?|INIT_CWD$)/.test(name),
  ),
)

/** Process groups that runUntil started and has not seen end. */
const started = new Set<number>()

describe('the package', function () {
  this.timeout(120_000)
  const test = sideBySide(AT_ONCE)
  let folder = ''
  let home = ''

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'quorate-package-'))
    home = join(folder, 'home')
    mkdirSync(home)
    // What is not compiled yet, `npm pack` compiles; not where npm was told to run no scripts.
    expect(packageJson().scripts.prepack).to.equal('node tools/setup.mjs')
    const pack = ['pack', '--ignore-scripts=false', '--pack-destination', folder]
    await run('npm', pack, { cwd: projectRoot, env })
    const tarball = readdirSync(folder).find((name) => name.endsWith('.tgz')) ?? 'no tarball'
    writeFileSync(join(home, 'package.json'), JSON.stringify({ name: 'user', private: true, type: 'module' }))
    const zod = `zod@${packageJson().devDependencies.zod ?? packageJson().dependencies.zod}`
    await run('npm', ['install', join(folder, tarball), zod, ...INSTALL], { cwd: home, env })
    cpSync(fixtures, home, { recursive: true })
  })

  after(() => {
    for (const group of started) endGroup(group)
    rmSync(folder, { recursive: true, force: true })
  })

  it('holds what its users need and nothing else', () => {
    const installed = join(home, 'node_modules', 'quorate')
    const code = ['dist/runtime/index.js', 'dist/runtime/index.d.ts', 'dist/apps/quorate/main.js']
    const wanted = ['LICENSE', 'package.json', ...code]
    expect(wanted.filter((file) => !existsSync(join(installed, file)))).to.deep.equal([])
    const top = [
      'CHANGELOG.md',
      'LICENSE',
      'README.md',
      'SECURITY.md',
      'apps',
      'dist',
      'docs',
      'package.json',
    ]
    expect(readdirSync(installed).filter((name) => !top.includes(name))).to.deep.equal([])
    expect(existsSync(join(installed, 'dist', '.stamp'))).to.equal(false)
  })

  // First, for they take longest.
  for (const [language, options] of [
    ['TypeScript', []],
    ['plain JavaScript', ['--js']],
  ] as const) {
    test(`makes a new app in ${language} that passes its test and starts`, async () => {
      const name = `new${options.join('')}`
      await run(join(home, 'node_modules', '.bin', 'quorate'), ['new', name, ...options], { cwd: home, env })
      const folder = join(home, name)
      // The very tarball that made it.
      await run('npm', ['install', ...INSTALL], { cwd: folder, env })
      const { stdout } = await run('npm', ['test'], { cwd: folder, env })
      expect(stdout).to.match(/2 passing/)
      const { code, signal } = await runUntil(folder, ['npm', 'start'], /Sensor reads -?\d+\.\d °C/)
      expect(signal ?? code).to.be.oneOf(['SIGINT', 0])
    })
  }

  test('names its classes as it exports them, however they were bundled', async () => {
    const code = `
      for (const path of ['quorate', 'quorate/plug', 'quorate/testing']) {
        for (const [name, it] of Object.entries(await import(path))) {
          const isClass = typeof it === 'function' && /^class\\b/.test(it)
          if (isClass && it.name !== name) console.log(path, name, it.name)
        }
      }
      const [one, other] = [await import('quorate'), await import('quorate/plug')]
      if (one.QuorateError !== other.QuorateError) console.log('there are two of QuorateError')`
    const { stdout } = await run(process.execPath, ['--input-type=module', '-e', code], { cwd: home, env })
    expect(stdout).to.equal('')
  })

  test('types what its users write: a right payload compiles, a wrong one does not', async () => {
    expect(await typeErrors(home, [...WITHOUT_NODE, 'ticker.ts', 'subpaths.ts'])).to.equal('')
    const errors = await typeErrors(home, [...WITHOUT_NODE, 'wrong.ts'])
    for (const line of [13, 18, 23]) {
      expect(errors).to.match(
        new RegExp(String.raw`^wrong\.ts\(${line},\d+\): error TS\d+: .*'string'.*'number'`, 'm'),
      )
    }
    expect(errors.match(/error TS/g)).to.have.length(3)
  })

  test('declares nothing that the types of Node refuse, nor newer ones, which lack old names', async () => {
    const types = join(folder, 'types', 'node_modules')
    for (const name of ['@types/node', 'undici-types']) {
      cpSync(join(projectRoot, 'node_modules', name), join(types, name), { recursive: true })
    }
    const flags = ['--typeRoots', join(types, '@types'), '--types', 'node', '--skipLibCheck', 'false']
    expect(await typeErrors(home, [...flags, 'ticker.ts', 'subpaths.ts'])).to.equal('')
    const threads = join(types, '@types', 'node', 'worker_threads.d.ts')
    const old = readFileSync(threads, 'utf8')
    writeFileSync(threads, old.replace(/\btype TransferListItem = \w+;/, ''))
    expect(await typeErrors(home, [...flags, 'subpaths.ts'])).to.equal('')
  })

  test('runs an app in TypeScript through npx', async () => {
    // npx tells of the signal that it got itself, not of what the launcher made of it.
    const { code, signal } = await runUntil(home, ['npx', 'quorate', 'run', 'ticker.ts'], /heard tick \d+/)
    expect(signal ?? code).to.be.oneOf(['SIGINT', 0])
  })

  test('runs an app in plain JavaScript with a thread of its own, and ends with 0 on Ctrl-C', async () => {
    const launcher = join(home, 'node_modules', '.bin', 'quorate')
    const end = await runUntil(home, [launcher, 'run', 'tocker.js'], /heard tock \d+/)
    expect(end).to.deep.equal({ code: 0, signal: null })
  })

  test('runs a test that has its network and its clock in memory', async () => {
    const { stdout } = await run(process.execPath, ['hour.js'], { cwd: home, env })
    expect(stdout).to.equal('an hour is over\n')
  })
})

/** For a folder that has no types of Node: `console` comes from the DOM's. */
const WITHOUT_NODE = ['--lib', 'es2023,dom', '--types', '', '--skipLibCheck']

/** What the compiler says about files of the user's folder, with strict settings. */
async function typeErrors(home: string, flagsAndFiles: readonly string[]): Promise<string> {
  const tsc = join(projectRoot, 'node_modules', 'typescript', 'bin', 'tsc')
  const args = [tsc, '--noEmit', '--strict', '--module', 'nodenext', '--target', 'es2022', ...flagsAndFiles]
  return run(process.execPath, args, { cwd: home, env }).then(
    () => '',
    (error: { stdout?: string }) => error.stdout ?? String(error),
  )
}

interface End {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

/** Starts an app, waits for the line, ends the app as Ctrl-C does, and tells how it ended. */
async function runUntil(home: string, command: readonly string[], line: RegExp): Promise<End> {
  const [program = '', ...args] = command
  // In a process group of its own, which gets the signal as a whole, as from a terminal.
  const child = spawn(program, args, { cwd: home, env, detached: true, stdio: 'pipe' })
  const exited = new Promise<End>((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (code, signal) => resolve({ code, signal }))
  })
  const { pid } = child
  if (pid === undefined) return exited
  started.add(pid)
  const printed: string[] = []
  child.stderr.setEncoding('utf8').on('data', (text: string) => printed.push(text))
  let heard = false
  for await (const text of createInterface({ input: child.stdout })) {
    printed.push(`${text}\n`)
    if (heard || !line.test(text)) continue
    heard = true
    process.kill(-pid, 'SIGINT')
  }
  const end = await exited
  started.delete(pid)
  if (!heard) throw new Error(`it ended (${end.signal ?? end.code}) without ${line}:\n${printed.join('')}`)
  return end
}

/** For a test that ran out of time. */
function endGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // Gone already.
  }
}
