/** `quorate keys`: from an app key on one host to a key on another, and back. */
import { chmodSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect } from 'chai'
import { cliForTests, type End } from '../../support/cli.js'

const APP = `import { actor, app, Component } from 'quorate'
class C extends Component<object> {}
const components = () => ({ c: [C, {}] as const })
export default app('meters', { actors: { Meter: actor({ components }), Display: actor({ components }) } })`

interface Listing {
  readonly app: string
  readonly appKey: boolean
  readonly anchors: readonly { readonly key: string; readonly until: string | null }[]
  readonly revoked: { readonly number: number; readonly serials: readonly string[] } | null
  readonly keys: readonly {
    readonly serial: string
    readonly actors: readonly string[]
    readonly ok: boolean
    readonly file: string | null
  }[]
}

describe('quorate keys', function () {
  this.timeout(120_000)
  const cli = cliForTests()
  const all: End[] = []
  const hosts = new Map<string, string>()

  /** The folder of a host, for `--keys`. */
  function host(name: string): string {
    const known = hosts.get(name) ?? dirname(cli.file(`hosts/${name}/here`, ''))
    hosts.set(name, known)
    return join(known, 'keys')
  }

  async function run(...args: string[]): Promise<string[]> {
    const end = await cli.run(['keys', ...args])
    all.push(end)
    expect(end.stderr).to.deep.equal([])
    expect(end.code).to.equal(0)
    return [...end.stdout]
  }

  async function listing(keys: string): Promise<Listing> {
    const parsed: Listing = JSON.parse((await run('list', 'cell', '--keys', keys, '--json')).join(''))
    return parsed
  }

  it('make the app key once, in the folder of the settings, for the user alone', async () => {
    const folder = join(dirname(cli.cache), 'config', 'quorate', 'cell')
    const [made, anchor] = await run('init', 'cell')
    expect(made).to.equal(
      `cell: made the app key, ${folder}/app.key; keep a copy of it where nobody finds it`,
    )
    expect(anchor).to.match(/^trust anchor [\w-]{43}$/)
    expect(await run('init', 'cell')).to.deep.equal([
      `cell: the app key is there already, ${folder}/app.key; keep a copy of it where nobody finds it`,
      anchor,
    ])
    expect(statSync(folder).mode & 0o777).to.equal(0o700)
    expect(statSync(join(folder, 'app.key')).mode & 0o777).to.equal(0o600)
  })

  it('make a key, carry it to another host, list it, take it back, and make another', async () => {
    const [one, other] = [host('one'), host('other')]
    const file = join(dirname(one), 'meter.keys')
    await run('init', 'cell', '--keys', one)
    const [line] = await run('actor', 'cell', 'Display', '--keys', one)
    expect(line).to.match(
      /^Display: key [0-9a-f]{12}, as actor, valid until \d{4}-\d\d-\d\d: .*Display\.key$/,
    )
    expect(await run('actor', 'cell', 'Meter', '--out', file, '--keys', one)).to.have.length(4)
    expect(statSync(file).mode & 0o777).to.equal(0o600)
    const imported = await run('import', file, '--keys', other)
    expect(imported.at(-1)).to.equal(`the keys of cell are in ${other}; remove ${file}`)
    expect(existsSync(join(other, 'app.key'))).to.equal(false)
    const [here, there] = [await listing(one), await listing(other)]
    expect([here.appKey, there.appKey]).to.deep.equal([true, false])
    expect(here.keys.map(({ actors, file }) => [actors[0], file !== null])).to.deep.equal([
      ['Display', true],
      ['Meter', false],
    ])
    expect(there.keys.map(({ file }) => file)).to.deep.equal([join(other, 'actors', 'Meter.key')])
    expect(there.anchors).to.deep.equal(here.anchors)

    const serial = here.keys[1]?.serial ?? ''
    const [revoked] = await run('revoke', 'cell', serial.slice(0, 12), '--keys', one)
    expect(revoked).to.equal(`revoked ${serial.slice(0, 12)}`)
    expect((await listing(one)).revoked).to.deep.equal({ number: 1, serials: [serial] })
    await run('rotate', 'cell', 'Display', '--keys', one)
    await run('rotate', 'cell', '--app-key', '--days', '7', '--keys', one)
    const after = await listing(one)
    expect(after.anchors.map(({ until }) => until !== null)).to.deep.equal([false, true])
    expect(after.keys.map(({ actors, ok }) => [actors[0], ok])).to.deep.equal([
      ['Display', true],
      ['Meter', false],
      ['Display', true],
      ['Display', true],
    ])
    const table = await run('list', 'cell', '--keys', one)
    expect(table[0]).to.equal(`cell  ${one}  app key`)
    expect(table).to.have.length(9)
    expect(table.filter((row) => row.includes('was revoked'))).to.have.length(1)
  })

  it('take the file of an app for its name, and know its actors', async () => {
    const file = cli.file('meters.ts', APP)
    const keys = host('meters')
    await run('init', file, '--keys', keys)
    await run('actor', file, 'Meter', '*', '--role', 'viewer', '--days', '3', '--keys', keys)
    expect(existsSync(join(keys, 'actors', '_any.viewer.key'))).to.equal(true)
    const { code, stderr } = await cli.run(['keys', 'actor', file, 'Metre', '--keys', keys])
    const text = 'quorate: the app meters has no actor "Metre"; it has Meter, Display'
    expect({ code, stderr }).to.deep.equal({ code: 2, stderr: [text] })
  })

  it('heed the variable, and quorate.yaml, whose folder is meant from there', async () => {
    const app = cli.file('set/meters.ts', APP)
    cli.file('set/quorate.yaml', 'keys: ./secrets\n')
    await run('init', app)
    expect(existsSync(join(dirname(app), 'secrets', 'app.key'))).to.equal(true)
    const env = { QUORATE_KEYS: host('variable') }
    const { code } = await cli.run(['keys', 'init', app], { env })
    expect([code, existsSync(join(env.QUORATE_KEYS, 'app.key'))]).to.deep.equal([0, true])
  })

  it('say in one line what is wrong, and the way out', async () => {
    const [keys, none] = [host('wrong'), host('none')]
    await run('init', 'cell', '--keys', keys)
    await run('actor', 'cell', 'Meter', '--keys', keys)
    const junk = cli.file('junk.keys', '{}')
    const open = cli.file('open.keys', '{}')
    chmodSync(junk, 0o600)
    chmodSync(open, 0o644)
    const lines: [code: number, args: string[], says: RegExp][] = [
      [2, ['bogus'], /quorate keys has no command "bogus"; quorate keys --help lists/],
      [2, ['init'], /missing required argument 'app'; --help lists what there is/],
      [2, ['init', 'nowhere.ts'], /there is no app file nowhere\.ts/],
      [2, ['actor', 'cell', 'a b', '--keys', keys], /"a b" names no actor/],
      [
        2,
        ['actor', 'cell', 'Meter', '--keys', keys],
        /is a valid key of Meter; quorate keys rotate cell Meter/,
      ],
      [2, ['actor', 'cell', 'Meter', '--out', junk, '--keys', keys], /junk\.keys is there already/],
      [2, ['actor', 'cell', 'Other', '--days', '0', '--keys', keys], /--days is "0"; give a whole number/],
      [2, ['actor', 'cell', 'Other', '--role', 'king'], /'king' is invalid.*actor, viewer, operator/],
      [
        1,
        ['actor', 'cell', 'Meter', '--keys', none],
        /there is no app key of cell in .*quorate keys init cell/,
      ],
      [1, ['list', 'cell', '--keys', none], /there are no keys of the app cell .*quorate keys init cell/],
      [2, ['import', 'nowhere', '--keys', none], /there is no file nowhere/],
      [1, ['import', junk, '--keys', none], /junk\.keys is no file of quorate keys actor --out/],
      [1, ['import', open, '--keys', none], /chmod 600 .*open\.keys/],
      [2, ['revoke', 'cell', 'Nobody', '--keys', keys], /"Nobody" is no serial.*quorate keys list cell/],
      [2, ['rotate', 'cell', '--days', '3', '--keys', keys], /--days is for --app-key/],
      [1, ['rotate', 'cell', 'Nobody', '--keys', keys], /there is no key of Nobody .*quorate keys actor/],
    ]
    const ends = await cli.runAll(lines.map(([, args]) => ['keys', ...args]))
    for (const [at, [code, args, says]] of lines.entries()) {
      const end = ends[at]
      expect(end, args.join(' ')).to.deep.include({ code, stdout: [] })
      expect(end?.stderr, args.join(' ')).to.have.length(1)
      expect(end?.stderr[0])
        .to.match(/^quorate: /)
        .and.to.match(says)
    }
    all.push(...ends)
  })

  it('refuse a key that others may read', async () => {
    const keys = host('exposed')
    await run('init', 'cell', '--keys', keys)
    chmodSync(join(keys, 'app.key'), 0o644)
    const { code, stderr } = await cli.run(['keys', 'actor', 'cell', 'Meter', '--keys', keys])
    const file = join(keys, 'app.key')
    const text = `quorate: others may read or write ${file}, which holds a secret; chmod 600 ${file}`
    expect({ code, stderr }).to.deep.equal({ code: 1, stderr: [text] })
  })

  it('never print a secret', () => {
    const secrets = [...hosts.values()].flatMap((folder) => {
      const files = ['app.key', 'actors/Meter.key', 'actors/Display.key'].map((name) =>
        join(folder, 'keys', name),
      )
      return [...files, join(folder, 'meter.keys')].filter(existsSync).flatMap(secretsIn)
    })
    expect(secrets).to.have.length.above(8)
    const printed = all.flatMap(({ stdout, stderr }) => [...stdout, ...stderr]).join('\n')
    expect(printed).to.have.length.above(1000)
    for (const secret of secrets) expect(printed).not.to.contain(secret)
  })

  it('take the way of a folder with a blank in it', async () => {
    const keys = join(dirname(host('one')), 'my keys')
    await run('init', 'cell', '--keys', keys)
    writeFileSync(join(keys, 'revoked'), 'x')
    const { code, stderr } = await cli.run(['keys', 'list', 'cell', '--keys', keys])
    expect(code).to.equal(1)
    expect(stderr[0]).to.match(/my keys\/revoked is not what it should be: too few bytes/)
  })
})

/** What must not be seen of a file of keys. */
function secretsIn(path: string): string[] {
  const text = readFileSync(path, 'utf8')
  const pem = /-----\n([\s\S]+?)\n-----/.exec(text)?.[1]
  const found = [...text.matchAll(/"(?:curveSecret|signerSecret)": "(.+)"/g)].map(([, secret = '']) => secret)
  return pem === undefined ? found : [pem]
}
