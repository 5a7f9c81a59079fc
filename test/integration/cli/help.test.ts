/** What the command line tells of itself. */
import { expect } from 'chai'
import { packageJson } from '../../project.js'
import { cliForTests } from '../../support/cli.js'

describe('the help of the command line', function () {
  this.timeout(30_000)
  const cli = cliForTests()

  it('--version: that of the package', async () => {
    for (const flag of ['--version', '-V']) {
      const { code, stdout } = await cli.run([flag])
      expect({ code, stdout }).to.deep.equal({ code: 0, stdout: [packageJson().version] })
    }
  })

  it('--help, help, and nothing at all list the commands', async () => {
    for (const args of [['--help'], ['help'], []]) {
      const { code, stdout } = await cli.run(args)
      expect(code).to.equal(0)
      for (const name of ['run', 'ps', 'doctor'])
        expect(stdout.join('\n')).to.match(new RegExp(`^ {2}${name} `, 'm'))
    }
  })

  it('help run, help ps and help doctor tell of their options', async () => {
    const options = { run: '--count <n>', ps: '--watch', doctor: '--all-interfaces', config: '--explain' }
    for (const [command, option] of Object.entries(options)) {
      const { code, stdout } = await cli.run(['help', command])
      expect(code).to.equal(0)
      expect(stdout[0]).to.match(new RegExp(`^Usage: quorate ${command} `))
      expect(stdout.join('\n')).to.contain(option)
    }
  })

  it('run <app> --help lists the parameters of the actors, with types, defaults and help', async () => {
    const source = `import { actor, app, boolean, Component, number, string } from 'quorate'
class C extends Component<object> {}
const components = () => ({ c: [C, {}] as const })
export default app('helped', { actors: {
  Left: actor({ params: { size: number(7, 'how large'), name: string() }, components }),
  Right: actor({ params: { size: number(7, 'how large'), loud: boolean(false) }, components }) } })`
    const { code, stdout } = await cli.run(['run', cli.file('helped.ts', source), '--help'])
    expect(code).to.equal(0)
    const text = stdout.join(' ').replaceAll(/\s+/g, ' ')
    expect(text).to.contain('--size <number> how large (parameter of Left, Right; default 7)')
    expect(text).to.contain('--name <string> (parameter of Left; required)')
    expect(text).to.contain('--loud [true|false] (parameter of Right; default false)')
    expect(text).to.contain('Actors of helped: Left, Right')
  })
})
