import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { networkInterfaces, tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { Option } from 'commander'
import { lineFor } from '../../../../../apps/quorate/completion/candidate.js'
import { candidatesFor } from '../../../../../apps/quorate/completion/candidates.js'
import { pathsFrom, type Wanted } from '../../../../../apps/quorate/completion/paths.js'
import { valuesOf } from '../../../../../apps/quorate/completion/values.js'
import { known } from '../../../../../apps/quorate/settings/known.js'

const summaries = new Map([
  ['run', 'start'],
  ['graph', 'draw'],
])

async function offered(...words: string[]): Promise<string[]> {
  return (await candidatesFor(words, summaries)).map(({ value }) => value)
}

describe('what may come next', () => {
  it('is a command first, and the name of one after help', async () => {
    expect(await offered('')).to.deep.equal(['run', 'graph', 'help', '--help', '--version'])
    expect(await offered('--')).to.deep.equal(['--help', '--version'])
    expect(await offered('help', 'g')).to.deep.equal(['graph'])
    expect(await offered('help', 'run', '')).to.deep.equal([])
    expect(await offered('constructor', '')).to.deep.equal([])
    expect(await offered()).to.include('run')
  })

  it('is an option that was not given yet, none that is hidden', async () => {
    expect(await offered('graph', '--')).to.deep.equal(['--format', '--json', '--help'])
    expect(await offered('graph', '--json', '--')).to.deep.equal(['--format', '--help'])
    expect(await offered('graph', '--', '--')).to.deep.equal([])
    expect(await offered('run', '--no-')).to.deep.equal([])
  })

  it('is a value of an option', async () => {
    expect(await offered('graph', '--format', '')).to.deep.equal(['mermaid', 'dot'])
    expect(await offered('graph', '--format', 'd')).to.deep.equal(['dot'])
    expect(await offered('graph', '--format=m')).to.deep.equal(['--format=mermaid'])
    expect(await offered('run', '--discovery=')).to.deep.equal(['--discovery=mdns', '--discovery=static:'])
    expect(await offered('run', '--interface', '')).to.deep.equal(Object.keys(networkInterfaces()))
    expect(await offered('run', '--count', '')).to.deep.equal([])
  })

  it('is a command of the command, and what belongs to that', async () => {
    const all = ['init', 'actor', 'import', 'list', 'anchors', 'revoke', 'rotate', 'tls']
    expect(await offered('keys', '')).to.deep.equal([...all, '--help'])
    expect(await offered('keys', 'r')).to.deep.equal(['revoke', 'rotate'])
    expect(await offered('keys', 'actor', '--')).to.deep.equal([
      '--role',
      '--days',
      '--out',
      '--keys',
      '--help',
    ])
    expect(await offered('keys', 'actor', 'cell', 'Meter', '--role', 'v')).to.deep.equal(['viewer'])
    expect(await offered('keys', 'tls', 'certs', 'hub', '--')).to.deep.equal([
      '--days',
      '--host',
      '--json',
      '--help',
    ])
    expect(await offered('keys', 'bogus', '')).to.deep.equal([])
  })

  it('is one that the setting takes', async () => {
    for (const setting of [known.logLevel, known.discovery, known.seats]) {
      const values = await valuesOf(new Option(`${setting.flag} ${setting.argument}`), '')
      expect(values).not.to.deep.equal([])
      for (const { value, kind } of values) {
        if (kind === 'word') expect(setting.readText(value)).to.deep.equal({ value })
      }
    }
  })

  it('is handed over in one line, and not at all where that would be two', () => {
    expect(lineFor({ value: 'a b', kind: 'file', about: 'c\n\td' })).to.deep.equal(['file\ta b\tc d'])
    for (const value of ['a\nb', 'a\tb', '\u001b[0m']) {
      expect(lineFor({ value, kind: 'file', about: '' })).to.deep.equal([])
    }
  })
})

describe('paths that may come next', () => {
  let folder = ''

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'quorate-paths-'))
    for (const name of ['apps', 'node_modules', '.git', 'a b']) mkdirSync(join(folder, name))
    for (const name of ['app.ts', 'app.d.ts', 'apple.mjs', 'notes.md', '.hidden.js', 'apps/x.js']) {
      writeFileSync(join(folder, name), '')
    }
    symlinkSync('apps', join(folder, 'link'))
    symlinkSync('nowhere', join(folder, 'dangling.ts'))
  })

  after(() => rmSync(folder, { recursive: true, force: true }))

  async function paths(typed: string, wanted: Wanted = 'app file'): Promise<string[]> {
    const found = await pathsFrom(`${folder}/${typed}`, wanted)
    return found.map(({ value }) => value.slice(folder.length + 1))
  }

  it('are folders and app files, but not hidden ones', async () => {
    expect(await paths('')).to.deep.equal(['a b/', 'app.ts', 'apple.mjs', 'apps/', 'dangling.ts', 'link/'])
    expect(await paths('apps')).to.deep.equal(['apps/'])
    expect(await paths('apps/')).to.deep.equal(['apps/x.js'])
    expect(await paths('link/')).to.deep.equal(['link/x.js'])
  })

  it('are hidden ones, and those of packages, where their beginning was typed', async () => {
    expect(await paths('.')).to.deep.equal(['.git/', '.hidden.js'])
    expect(await paths('node')).to.deep.equal(['node_modules/'])
  })

  it('are all files, or folders alone, where these are wanted', async () => {
    expect(await paths('no', 'file')).to.deep.equal(['node_modules/', 'notes.md'])
    expect(await paths('app', 'folder')).to.deep.equal(['apps/'])
  })

  it('are none where nothing can be read', async () => {
    for (const typed of ['nowhere/', 'app.ts/', '\0']) expect(await paths(typed)).to.deep.equal([])
  })
})
