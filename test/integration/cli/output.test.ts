/** Where what is printed cannot go: a full disk is a failure, a reader that has enough is none. */
import { readFileSync } from 'node:fs'
import { expect } from 'chai'
import { fixtureApp } from '../../support/apps.js'
import { cliForTests } from '../../support/cli.js'

describe('standard output', function () {
  this.timeout(30_000)
  const cli = cliForTests()
  const lives = fixtureApp('lives.ts')
  const redirected = (to: string) => ({ prefix: ['sh', '-c', `"$@" ${to}`, 'sh'] })

  it('that cannot be written is a failure, whatever is printed', async () => {
    const lines = [
      ['--version'],
      ['run', '--help'],
      ['graph', lives],
      ['config', '--json'],
      ['completion', 'bash'],
      ['run', lives, 'Plain', '--discovery', 'static:'],
    ]
    for (const args of lines) {
      const { code, stderr } = await cli.run(args, redirected('> /dev/full'))
      const said = { code: 1, stderr: ['quorate: standard output cannot be written: ENOSPC'] }
      expect({ code, stderr }, args.join(' ')).to.deep.equal(said)
    }
  })

  it('of which only a part can be written is one', async () => {
    const file = cli.file('part.json', '')
    const script = `trap '' XFSZ; ulimit -f 1; exec "$@" > '${file}'`
    const { code, stderr } = await cli.run(['config', '--json'], { prefix: ['sh', '-c', script, 'sh'] })
    const said = { code: 1, stderr: ['quorate: standard output cannot be written: EFBIG'] }
    expect({ code, stderr }).to.deep.equal(said)
    expect(readFileSync(file)).to.have.length.above(0)
  })

  it('that cannot be written leaves the exit code of another failure', async () => {
    const { code, stderr } = await cli.run(['config', '--json', '--count', '0'], redirected('> /dev/full'))
    expect(code).to.equal(2)
    expect(stderr.join()).to.match(/standard output cannot be written: ENOSPC/)
  })

  it('that nobody reads is none', async () => {
    const script = '{ "$@"; echo $? >&2; } | true'
    const { stderr } = await cli.run(['graph', lives], { prefix: ['sh', '-c', script, 'sh'] })
    expect(stderr).to.deep.equal(['0'])
  })
})
