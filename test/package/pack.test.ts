/**
 * The package as its users get it: packed, installed into an empty folder, and used there from TypeScript
 * and from plain JavaScript. With the real npm, whose cache the install of this checkout has filled.
 */

import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import { expect } from 'chai'
import { packageJson, projectRoot } from '../project.js'
import { skip } from '../skip.js'

const run = promisify(execFile)
const fixtures = join(projectRoot, 'test', 'fixtures', 'package')
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
  let folder = ''
  let home = ''

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'quorate-package-'))
    home = join(folder, 'home')
    mkdirSync(home)
    await run(process.execPath, ['tools/setup.mjs'], { cwd: projectRoot, env })
    await run('npm', ['pack', '--pack-destination', folder], { cwd: projectRoot, env })
    const tarball = readdirSync(folder).find((name) => name.endsWith('.tgz')) ?? 'no tarball'
    writeFileSync(join(home, 'package.json'), JSON.stringify({ name: 'user', private: true, type: 'module' }))
    const zod = `zod@${packageJson().devDependencies.zod ?? packageJson().dependencies.zod}`
    const options = ['--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline']
    await run('npm', ['install', join(folder, tarball), zod, ...options], { cwd: home, env })
    cpSync(fixtures, home, { recursive: true })
  })

  after(() => {
    for (const group of started) endGroup(group)
    rmSync(folder, { recursive: true, force: true })
  })

  it('holds what its users need and nothing else', () => {
    const installed = join(home, 'node_modules', 'quorate')
    const wanted = ['LICENSE', 'package.json', 'dist/runtime/index.js', 'dist/runtime/index.d.ts']
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

  it('types what its users write: a right payload compiles, a wrong one does not', async function () {
    needsFile(this, home, 'dist/runtime/index.d.ts')
    expect(await typeErrors(home, 'ticker.ts')).to.equal('')
    expect(await typeErrors(home, 'wrong.ts')).to.match(
      /wrong\.ts\(10,\d+\): error TS\d+: .*'string'.*'number'/,
    )
  })

  it('runs an app in TypeScript', async function () {
    needsFile(this, home, 'dist/apps/quorate/main.js')
    expect(await runUntil(home, 'ticker.ts', /heard tick \d+/)).to.deep.equal({ heard: true, code: 0 })
  })

  it('runs an app in plain JavaScript', async function () {
    needsFile(this, home, 'dist/apps/quorate/main.js')
    expect(await runUntil(home, 'tocker.js', /heard tock \d+/)).to.deep.equal({ heard: true, code: 0 })
  })
})

/** Until all parts are built: says which one a test has to do without. */
function needsFile(context: Mocha.Context, home: string, file: string): void {
  if (!existsSync(join(home, 'node_modules', 'quorate', file))) skip(context, `${file} is not built yet`)
}

/** What the compiler says about one file of the user's folder, with strict settings. */
async function typeErrors(home: string, file: string): Promise<string> {
  const tsc = join(projectRoot, 'node_modules', 'typescript', 'bin', 'tsc')
  const flags = ['--noEmit', '--strict', '--module', 'nodenext', '--target', 'es2022', '--skipLibCheck']
  // The user's folder has no types of Node: `console` comes from the DOM's.
  const types = ['--lib', 'es2023,dom', '--types', '']
  const args = [tsc, ...flags, ...types, file]
  return run(process.execPath, args, { cwd: home, env }).then(
    () => '',
    (error: { stdout?: string }) => error.stdout ?? String(error),
  )
}

/** Starts the app, waits for the line, ends it as Ctrl-C does, and gives the exit code. */
async function runUntil(
  home: string,
  file: string,
  line: RegExp,
): Promise<{ heard: boolean; code: number | null }> {
  // In a process group of its own, which gets the signal as a whole, as from a terminal.
  const child = spawn('npx', ['quorate', 'run', file], { cwd: home, env, detached: true, stdio: 'pipe' })
  const { pid } = child
  if (pid === undefined) throw new Error('npx could not be started')
  started.add(pid)
  const printed: string[] = []
  const note = (text: string) => printed.push(text)
  child.stderr.setEncoding('utf8').on('data', note)
  const exited = once(child, 'exit')
  let heard = false
  for await (const text of createInterface({ input: child.stdout })) {
    note(`${text}\n`)
    if (heard || !line.test(text)) continue
    heard = true
    process.kill(-pid, 'SIGINT')
  }
  const [code] = await exited
  started.delete(pid)
  if (!heard) throw new Error(`${file} ended (${code}) without a line like ${line}:\n${printed.join('')}`)
  return { heard, code: typeof code === 'number' ? code : null }
}

/** For a test that ran out of time. */
function endGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // Gone already.
  }
}
