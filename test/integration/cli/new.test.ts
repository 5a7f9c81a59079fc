/** `quorate new`, as far as it needs no install: `test/package` installs and runs what it makes. */
import { existsSync, readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect } from 'chai'
import { cliForTests } from '../../support/cli.js'

describe('quorate new', function () {
  this.timeout(30_000)
  const cli = cliForTests()
  const folder = (name: string): string => join(dirname(cli.cache), 'new', name)

  it('makes a folder, and says what to do next', async () => {
    const { code, stdout, stderr } = await cli.run(['new', folder('cell')])
    expect({ code, stderr }).to.deep.equal({ code: 0, stderr: [] })
    expect(stdout[0]).to.match(/^cell: package\.json, .*test\/app\.test\.ts$/)
    expect(stdout.slice(-4).map((line) => line.trim().split(' ').slice(0, 2).join(' '))).to.deep.equal([
      `cd ${stdout.at(-4)?.trim().slice(3)}`,
      'npm install',
      'npm test',
      'npm start',
    ])
    expect(readdirSync(folder('cell'))).to.include.members(['package.json', 'tsconfig.json', 'app.ts'])
  })

  it('makes what quorate can draw at once, in both languages', async () => {
    const [ts, js] = [folder('drawn'), folder('drawn-js')]
    const made = await cli.runAll([
      ['new', ts],
      ['new', js, '--js'],
    ])
    expect(made.map(({ code }) => code)).to.deep.equal([0, 0])
    const drawn = await cli.runAll([
      ['graph', join(ts, 'app.ts')],
      ['graph', join(js, 'app.js')],
    ])
    for (const { code, stdout } of drawn) {
      expect(code).to.equal(0)
      expect(stdout.at(-1)).to.equal('  p0 -->|"Temperature"| p2')
    }
  })

  it('says so where no folder can be made', async () => {
    // Told to make folders in depth, Node 20 tries for ever there.
    const { code, stdout, stderr } = await cli.run(['new', '/proc/x/y'])
    expect({ code, stdout }).to.deep.equal({ code: 1, stdout: [] })
    expect(stderr).to.have.length(1)
    expect(stderr[0]).to.match(
      /^quorate: nothing can be written to \/proc\/x\/y: ENOENT: .*mkdir '\/proc\/x'$/,
    )
  })

  it('refuses what is not empty, and what makes no sense', async () => {
    const file = cli.file('new/full/mine.txt', 'mine')
    const lines: [args: string[], text: RegExp][] = [
      [[dirname(file)], /is not empty: there is mine\.txt in it/],
      [[file], /mine\.txt is a file/],
      [[], /missing required argument 'folder'/],
      [[folder('one'), folder('two')], /too many arguments/],
      [[folder('one'), '--py'], /unknown option '--py'/],
    ]
    const ends = await cli.runAll(lines.map(([args]) => ['new', ...args]))
    for (const [index, [, text]] of lines.entries()) {
      expect(ends[index]).to.deep.include({ code: 2, stdout: [] })
      expect(ends[index]?.stderr.at(-1)).to.match(text)
    }
    expect(readdirSync(dirname(file))).to.deep.equal(['mine.txt'])
    expect(existsSync(folder('one'))).to.equal(false)
  })
})
