/** The unit of docs/deploy, as systemd reads it, and what it starts, as systemd would. */
import { execFileSync, spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { projectRoot, readProjectFile } from '../../project.js'
import { skip } from '../../skip.js'
import { fixtureApp, uniqueApp } from '../../support/apps.js'
import { cliForTests } from '../../support/cli.js'

const UNIT = readProjectFile('docs/deploy/quorate@.service')

/** The values of a key, in order. */
function valuesOf(key: string): string[] {
  return UNIT.split('\n').flatMap((line) => (line.startsWith(`${key}=`) ? line.slice(key.length + 1) : []))
}

describe('the unit of systemd', function () {
  this.timeout(40_000)
  const cli = cliForTests()
  let folder = ''

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'quorate-unit-'))
  })
  afterEach(() => rmSync(folder, { recursive: true, force: true }))

  /** What systemd-analyze says of the unit, with another text in it; '' where it has nothing to say. */
  function verify(change: (unit: string) => string = (unit) => unit): string {
    // It looks for the program, which no /srv has here.
    const srv = join(folder, 'srv')
    const bin = join(srv, 'meters', 'node_modules', '.bin')
    mkdirSync(bin, { recursive: true })
    writeFileSync(join(bin, 'quorate'), '#!/bin/sh\n')
    chmodSync(join(bin, 'quorate'), 0o755)
    writeFileSync(join(folder, 'meters@.service'), change(UNIT).replaceAll('=/srv/', `=${srv}/`))
    const args = ['verify', '--man=no', join(folder, 'meters@Meter.service')]
    // What it ignores it tells of, and ends with 0.
    const { status, stdout, stderr } = spawnSync('systemd-analyze', args, { encoding: 'utf8' })
    return status === 0 ? stdout + stderr : `${status}: ${stdout}${stderr}`
  }

  it('is one that systemd-analyze has nothing against', function () {
    try {
      execFileSync('systemd-analyze', ['--version'], { stdio: 'ignore' })
    } catch {
      skip(this, 'needs `systemd-analyze`')
    }
    expect(verify()).to.equal('')
    // It would say so.
    expect(verify((unit) => unit.replace('KillMode=', 'KilMode='))).to.match(/Unknown key.*KilMode/)
    expect(verify((unit) => unit.replace('.bin/quorate', '.bin/quorum'))).to.match(/quorum is not executable/)
  })

  it('has what actors need to find each other, and nothing that keeps Node from running', () => {
    expect(valuesOf('RestrictAddressFamilies')).to.deep.equal(['AF_INET AF_INET6 AF_UNIX AF_NETLINK'])
    for (const key of ['MemoryDenyWriteExecute', 'PrivateNetwork', 'IPAddressDeny']) {
      expect(valuesOf(key), key).to.deep.equal([])
    }
    expect(valuesOf('KillMode')).to.deep.equal(['mixed'])
    expect(valuesOf('Restart')).to.deep.equal(['on-failure'])
  })

  it('starts an actor, which ends with 0 at the signal that systemd sends', async () => {
    const [line = ''] = valuesOf('ExecStart')
    const [program = '', ...args] = line.replaceAll('%i', 'Plain').split(' ')
    expect(program).to.equal('/srv/%p/node_modules/.bin/quorate')
    expect(args).to.deep.equal(['run', 'app.ts', 'Plain'])
    const cache = join(folder, 'cache')
    mkdirSync(cache, { mode: Number.parseInt(valuesOf('CacheDirectoryMode')[0] ?? '', 8) })
    const state = join(folder, 'state')
    mkdirSync(state, { mode: Number.parseInt(valuesOf('StateDirectoryMode')[0] ?? '', 8) })
    expect(valuesOf('StateDirectory')).to.deep.equal(['%p'])
    const places = valuesOf('Environment').map((each) => each.replace('%C/%p', cache).replace('%S/%p', state))
    expect(places).to.deep.equal([`XDG_CACHE_HOME=${cache}`, `QUORATE_KEYS=${state}/keys`])
    const app = join(folder, 'app.ts')
    writeFileSync(app, readFileSync(fixtureApp('lives.ts')))
    writeFileSync(join(folder, 'quorate.yaml'), 'interface: 127.0.0.1\ndiscovery: { static: [] }\n')
    execFileSync('ln', ['-s', join(projectRoot, 'node_modules'), folder])
    // As systemd does: this environment and no other, in this folder, with this mask, not as a terminal's.
    const { PATH = '' } = process.env
    const env = ['-i', `PATH=${PATH}`, ...places, `TEST_APP=${uniqueApp()}`]
    const main = join(projectRoot, 'dist', 'apps', 'quorate', 'main.js')
    const [mask = ''] = valuesOf('UMask')
    const shell = `umask ${mask}; cd ${folder}; exec env "$@"`
    const actor = cli.program(['sh', '-c', shell, 'sh', ...env, process.execPath, main, ...args])
    await actor.line(/Plain │ .*ready/)
    actor.signal('SIGTERM')
    expect(await actor.ended).to.deep.include({ code: 0, signal: null, stderr: [] })
    expect(existsSync(join(state, 'keys', 'actors', 'Plain.key'))).to.equal(true)
  })
})
