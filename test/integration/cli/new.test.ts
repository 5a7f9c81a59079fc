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
    for (const args of [[folder('drawn')], [folder('drawn-js'), '--js']]) {
      expect((await cli.run(['new', ...args])).code).to.equal(0)
      const appFile = join(args[0] ?? '', args[1] ? 'app.js' : 'app.ts')
      const { code, stdout } = await cli.run(['graph', appFile])
      expect(code).to.equal(0)
      expect(stdout.at(-1)).to.equal('  p0 -->|"Temperature"| p2')
    }
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
    for (const [args, text] of lines) {
      const { code, stdout, stderr } = await cli.run(['new', ...args])
      expect({ code, stdout }).to.deep.equal({ code: 2, stdout: [] })
      expect(stderr.at(-1)).to.match(text)
    }
    expect(readdirSync(dirname(file))).to.deep.equal(['mine.txt'])
    expect(existsSync(folder('one'))).to.equal(false)
  })
})
