/** What `quorate bundle` takes along, from wherever packages are installed, and what it refuses. */
import { mkdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { expect } from 'chai'
import { type BundleManifest, digestOf, manifestIn } from '../../../control/bundle/index.js'
import { BLOCK_BYTES, sizeIn } from '../../../control/bundle/tar-header.js'
import { uniqueApp } from '../../support/apps.js'
import { cliForTests } from '../../support/cli.js'

function source(name: string, ...imports: readonly string[]): string {
  return `import { actor, app, Component } from 'quorate'
${imports.join('\n')}
class C extends Component {}
export default app('${name}', { actors: { A: actor({ components: () => ({ c: C }) }) } })`
}

function packageJson(name: string, more: object = {}): string {
  return JSON.stringify({ name, version: '1.0.0', type: 'module', ...more })
}

describe('quorate bundle', function () {
  this.timeout(120_000)
  const cli = cliForTests()

  /** The manifest, and what stands on standard error. */
  async function packed(file: string, ...more: readonly string[]): Promise<[BundleManifest, string]> {
    const out = join(dirname(file), 'out.qb')
    const { code, stderr } = await cli.run(['bundle', file, '--out', out, ...more])
    expect(code, stderr.join('\n')).to.equal(0)
    const tar = gunzipSync(readFileSync(out))
    const size = sizeIn(tar.subarray(0, BLOCK_BYTES)) ?? 0
    return [manifestIn(tar.subarray(BLOCK_BYTES, BLOCK_BYTES + size)), stderr.join('\n')]
  }

  const paths = ({ files }: BundleManifest): string[] => files.map(({ path }) => path)

  async function withKey(name: string): Promise<string> {
    expect(await cli.run(['keys', 'init', name])).to.include({ code: 0 })
    return name
  }

  it('makes the same files of the same sources, wherever they are', async () => {
    const app = await withKey(uniqueApp())
    const [one] = await packed(cli.file('one/app.ts', source(app)))
    const [other] = await packed(cli.file('deeper/other/app.ts', source(app)))
    expect({ ...other, sequence: one.sequence, made: one.made }).to.deep.equal(one)
    expect(paths(one)).to.deep.equal(['app.mjs'])
    expect(other.sequence).to.be.above(one.sequence)
  })

  it('follows links, and keeps each to the versions that it has', async () => {
    const app = await withKey(uniqueApp())
    // As pnpm installs: what is real lies aside, by name and version.
    const store = 'linked/node_modules/.pnpm'
    const real = (at: string, name: string, text: string, more?: object): string => {
      cli.file(`${store}/${at}/node_modules/${name}/index.js`, text)
      return dirname(cli.file(`${store}/${at}/node_modules/${name}/package.json`, packageJson(name, more)))
    }
    const used = real('used@1', 'used', 'export { deep } from "deep"', { dependencies: { deep: '1' } })
    const deep1 = real('deep@1', 'deep', 'export const deep = 1')
    const deep2 = real('deep@2', 'deep', 'export const deep = 2')
    const link = (to: string, path: string): void => {
      mkdirSync(dirname(path), { recursive: true })
      symlinkSync(to, path)
    }
    const from = dirname(
      cli.file('linked/package.json', packageJson('linked', { dependencies: { used: '1', deep: '2' } })),
    )
    link(used, join(from, 'node_modules', 'used'))
    link(deep2, join(from, 'node_modules', 'deep'))
    link(deep1, join(dirname(used), 'deep'))
    const [manifest] = await packed(
      cli.file('linked/src/app.ts', source(app, `import 'used'`, `import 'deep'`)),
    )
    expect(manifest.entry).to.equal('src/app.mjs')
    expect(paths(manifest)).to.deep.equal([
      ...['node_modules/deep/index.js', 'node_modules/deep/package.json', 'node_modules/used/index.js'],
      ...['node_modules/used/node_modules/deep/index.js', 'node_modules/used/node_modules/deep/package.json'],
      ...['node_modules/used/package.json', 'src/app.mjs'],
    ])
  })

  it('compiles what a workspace links to, with the packages that this needs', async () => {
    const app = await withKey(uniqueApp())
    cli.file(
      'space/packages/lib/package.json',
      packageJson('lib', { main: 'lib.ts', dependencies: { dep: '2' } }),
    )
    cli.file('space/packages/lib/lib.ts', `import { dep } from 'dep'\nexport const lib: number = dep`)
    for (const [at, version] of [
      ['space/packages/lib', 2],
      ['space', 1],
    ] as const) {
      cli.file(`${at}/node_modules/dep/package.json`, packageJson('dep'))
      cli.file(`${at}/node_modules/dep/index.js`, `export const dep = ${version}`)
    }
    const root = dirname(dirname(cli.file('space/node_modules/.keep', '')))
    symlinkSync(join(root, 'packages', 'lib'), join(root, 'node_modules', 'lib'))
    cli.file('space/apps/x/package.json', packageJson('x', { dependencies: { lib: '1', dep: '1' } }))
    const file = cli.file('space/apps/x/app.ts', source(app, `import 'lib'`, `import 'dep'`))
    const [manifest] = await packed(file)
    expect(paths(manifest)).to.deep.equal([
      ...['apps/x/app.mjs', 'apps/x/node_modules/dep/index.js', 'apps/x/node_modules/dep/package.json'],
      ...['node_modules/dep/index.js', 'node_modules/dep/package.json'],
    ])
    // Each has its own: the app's is the one beside it.
    const text = (version: number): string => digestOf(Buffer.from(`export const dep = ${version}`))
    const hashes = new Map(manifest.files.map(({ path, sha256 }) => [path, sha256]))
    expect(hashes.get('apps/x/node_modules/dep/index.js')).to.equal(text(1))
    expect(hashes.get('node_modules/dep/index.js')).to.equal(text(2))
  })

  it('says of what runs on this platform alone that it does', async () => {
    const app = await withKey(uniqueApp())
    cli.file('bound/node_modules/native/package.json', packageJson('native', { main: 'it.node' }))
    cli.file('bound/node_modules/native/it.node', 'machine code')
    cli.file('bound/package.json', packageJson('bound', { dependencies: { native: '1' } }))
    const [manifest, told] = await packed(cli.file('bound/app.ts', source(app)))
    expect(manifest.platform).to.equal(`${process.platform}-${process.arch}`)
    expect(told).to.match(/runs on \S+ alone, as node_modules\/native\/it\.node does/)
  })

  it('refuses what would not run, or nobody would take', async () => {
    const app = uniqueApp()
    const file = cli.file('bad/app.ts', source(app))
    const refused = async (why: RegExp, code: number, ...args: readonly string[]): Promise<void> => {
      const out = join(dirname(file), 'bad.qb')
      const end = await cli.run(['bundle', file, '--out', out, ...args])
      expect(end.stderr.join('\n')).to.match(why)
      expect(end.code).to.equal(code)
      expect(() => readFileSync(out)).to.throw()
    }
    await refused(/no app key of .*quorate keys init/, 1)
    await withKey(app)
    await refused(/there are none/, 2, '--files', 'nope/*')
    await refused(/without \.\./, 2, '--files', '../**')
    cli.file('bad/app.mjs', '')
    await refused(/another name/, 1, '--files', 'app.mjs')
    rmSync(join(dirname(file), 'app.mjs'))
    cli.file('bad/package.json', packageJson('bad', { dependencies: { gone: '1' } }))
    await refused(/bad needs the package gone, which is not installed; npm install/, 1)
  })
})
