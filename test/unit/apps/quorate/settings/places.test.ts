import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { settingsPlaces } from '../../../../../apps/quorate/settings/places.js'

describe('the places of a settings file', () => {
  let root = ''
  const environment = { XDG_CONFIG_HOME: '/etc/xdg-of-me' }
  const users = '/etc/xdg-of-me/quorate/quorate.yaml'
  const at = (...parts: string[]): string => join(root, ...parts, 'quorate.yaml')
  const pathsFrom = (folder: string, appFile?: string): string[] =>
    settingsPlaces({ folder: join(root, folder), appFile, environment }).map(({ path }) => path)

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'quorate-places-'))
    mkdirSync(join(root, 'repo', 'packages', 'meters', 'deep'), { recursive: true })
  })
  afterEach(() => rmSync(root, { recursive: true, force: true }))

  it("are the app file's folder, the working folder and up to the project's root, the user's folder", () => {
    mkdirSync(join(root, 'repo', '.git'))
    writeFileSync(join(root, 'repo', 'packages', 'meters', 'package.json'), '{}')
    const upward = [at('repo', 'packages', 'meters'), at('repo', 'packages'), at('repo'), users]
    expect(pathsFrom('repo/packages/meters')).to.deep.equal(upward)
    expect(pathsFrom('repo/packages/meters', 'deep/app.ts')).to.deep.equal([
      at('repo', 'packages', 'meters', 'deep'),
      ...upward,
    ])
    expect(pathsFrom('repo/packages/meters', './app.ts')).to.deep.equal(upward)
    expect(pathsFrom('repo', '/srv/app.ts')).to.deep.equal(['/srv/quorate.yaml', at('repo'), users])
  })

  it('go up to the package where there is no version control', () => {
    writeFileSync(join(root, 'repo', 'package.json'), '{}')
    expect(pathsFrom('repo/packages')).to.deep.equal([at('repo', 'packages'), at('repo'), users])
  })

  it('do not go up at all where there is no project: what lies above is nobody’s', () => {
    expect(pathsFrom('repo/packages')).to.deep.equal([at('repo', 'packages'), users])
  })

  it('are in ~/.config where XDG_CONFIG_HOME names no folder', () => {
    for (const XDG_CONFIG_HOME of [undefined, '', 'relative']) {
      const places = settingsPlaces({ folder: root, environment: { XDG_CONFIG_HOME } })
      expect(places.at(-1)).to.deep.equal({
        path: join(homedir(), '.config', 'quorate', 'quorate.yaml'),
        what: "the user's settings",
      })
    }
  })
})
