/** `quorate completion`: the scripts in the shells that they are for, and what they ask the command line. */
import { spawnSync } from 'node:child_process'
import { chmodSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { expect } from 'chai'
import { commandLimits } from '../../../apps/quorate/limits.js'
import { projectRoot } from '../../project.js'
import { skip } from '../../skip.js'
import { fixtureApp } from '../../support/apps.js'
import { cliForTests } from '../../support/cli.js'

const MAIN = join(projectRoot, 'dist', 'apps', 'quorate', 'main.js')

describe('quorate completion', function () {
  this.timeout(60_000)
  const cli = cliForTests()
  const drawn = fixtureApp('drawn.ts')

  /** What is offered for the last of the words. */
  async function offered(...words: string[]): Promise<string[]> {
    const { code, stdout, stderr } = await cli.run(['__complete', '--', ...words])
    expect({ code, stderr }).to.deep.equal({ code: 0, stderr: [] })
    return stdout.map((line) => line.split('\t')[1] ?? '')
  }

  it('knows every command and every option that is told of', async () => {
    const { stdout } = await cli.run(['--help'])
    const commands = stdout.flatMap((line) => /^ {2}(\w+) /.exec(line)?.[1] ?? [])
    expect(commands).to.include.members(['run', 'completion'])
    expect(await offered('')).to.deep.equal([...commands, 'help', '--help', '--version'])
    const helps = await cli.runAll(commands.map((command) => ['help', command]))
    for (const [index, { stdout }] of helps.entries()) {
      const command = commands[index] ?? ''
      const told = stdout.flatMap((line) => /^ {2}(?:-\w, )?(--[\w-]+)/.exec(line)?.[1] ?? [])
      expect(await offered(command, '--'), command).to.deep.equal(told)
    }
  })

  it('completes actors and parameters of an app, whether it was compiled before or not', async () => {
    for (const command of ['run', 'graph']) {
      expect(await offered(command, drawn, '')).to.deep.equal(['Meter', 'Display', 'Old'])
      expect(await offered(command, drawn, 'Meter', '')).to.deep.equal(['Display', 'Old'])
      expect(await offered(command, drawn, '--p')).to.deep.equal(['--period'])
      expect(await offered(command, drawn, 'Meter', '--t')).to.deep.equal([])
      expect(await offered(command, drawn, '--period', '5', 'Me')).to.deep.equal(['Meter'])
    }
    expect(await offered('config', drawn, ''))
      .to.include('--explain')
      .and.not.to.include('Meter')
  })

  it('completes true and false of a parameter that is one of them', async () => {
    const file = cli.file('loud.ts', app(`boolean(false)`, ''))
    expect(await offered('run', file, '--loud', '')).to.deep.equal(['true', 'false', 'A'])
    expect(await offered('run', file, '--loud=f')).to.deep.equal(['--loud=false'])
  })

  it('is silent, whatever an app file does', async () => {
    const bodies = {
      prints: `console.log('one'); console.error('two')`,
      throws: `throw new Error('three')`,
      throwsLater: `setTimeout(() => { throw new Error('four') })`,
      rejects: `Promise.reject(new Error('five'))`,
      leaves: 'process.exit(6)',
      hangs: 'await new Promise(() => undefined)',
    }
    const elapsed = new Map<string, number>()
    const timed = async (name: string, body: string): Promise<string[]> => {
      const file = cli.file(`${name}.ts`, app('number(1)', body))
      const before = performance.now()
      const names = await offered('run', file, '').catch((error: Error) => [error.message])
      elapsed.set(name, performance.now() - before)
      return names
    }
    for (const [name, body] of Object.entries(bodies)) {
      const names = await timed(name, body)
      if (name === 'prints') expect(names, name).to.deep.equal(['A'])
      else expect(names.join(), name).not.to.match(/three|four|five/)
    }
    expect(await timed('livesOn', 'setInterval(() => 0, 1000)')).to.deep.equal(['A'])
    // What hangs is left after its bound; an app with a timer of its own is not waited for so long.
    expect(elapsed.get('hangs')).to.be.at.least(commandLimits.completeMs)
    expect(elapsed.get('livesOn')).to.be.below(elapsed.get('hangs') ?? 0)
    expect(await offered('run', cli.file('broken.ts', 'class {'), 'A')).to.deep.equal([])
    expect(await offered('run', 'nowhere.ts', 'A')).to.deep.equal([])
    expect(await offered('nothing', '')).to.deep.equal([])
  })

  it('prints scripts for three shells, and says which where another is named', async () => {
    const { code, stderr } = await cli.run(['completion', 'tcsh'])
    expect(code).to.equal(2)
    expect(stderr.join()).to.match(/Allowed choices are bash, zsh, fish/)
    expect((await cli.run(['completion'])).code).to.equal(2)
  })

  /** What a shell prints when it has read the script as `$SCRIPT`, with `quorate` in its path. */
  async function inShell(shell: readonly string[], shellName: string, text: string): Promise<string[]> {
    const { stdout } = await cli.run(['completion', shellName])
    const script = cli.file(`completion.${shellName}`, `${stdout.join('\n')}\n`)
    const bin = cli.file('bin/quorate', `#!/bin/sh\nexec '${process.execPath}' '${MAIN}' "$@"\n`)
    chmodSync(bin, 0o755)
    const path = `PATH=${dirname(bin)}${delimiter}${process.env.PATH}`
    const home = `HOME=${dirname(cli.file('home/day.jsonl', ''))}`
    const end = await cli.program(['env', path, home, `SCRIPT=${script}`, ...shell, '-c', text]).ended
    expect(end, end.stderr.join('\n')).to.deep.include({ code: 0, stderr: [] })
    return [...end.stdout]
  }

  /** The path that `quorate replay` would be given after each of these keys, typed at a terminal. */
  async function typed(shellName: string, shell: string, start: string, keys: string[]): Promise<string[]> {
    const lines = keys.map((each) => `quorate replay ${each}\n`)
    const file = cli.file('keys', `${start}\n${lines.join('')}exit\n`)
    const tell = 'quorate() { if [ "$1" = replay ]; then echo "<$2>"; else command quorate "$@"; fi; }'
    const own = cli.file('quorate.sh', tell)
    // A quote that is left open would wait for its end for ever.
    const text = `timeout 20 script -qec '${shell}' /dev/null < '${file}'`
    const said = await inShell(['env', `TELL=${own}`, 'sh'], shellName, text)
    return said.flatMap((line) => /^<(.*)>\r?$/.exec(line)?.[1] ?? [])
  }

  it('works in bash', async () => {
    const spaced = cli.file('my apps/app.ts', app('number(1)', ''))
    const escaped = spaced.replaceAll(' ', '\\ ')
    const asked = [
      ['quorate ru', 'ru'],
      [`quorate run ${drawn} M`, 'M'],
      ['quorate run --log-level=d', 'd'],
      ['quorate graph --format=', ''],
      ['quorate run --discovery=s', 's'],
      [`quorate run ${escaped}`, spaced],
      [`quorate run "${spaced}`, spaced],
    ]
    const calls = asked.map(([line, word]) => `ask '${line}' '${word}'`)
    const lines = await inShell(
      ['bash', '--norc'],
      'bash',
      `source "$SCRIPT"
      compopt() { echo "compopt $*"; }
      ask() { COMP_LINE=$1 COMP_POINT=\${#1}; _quorate quorate "$2" ''; (IFS='|'; echo "\${COMPREPLY[*]}"); }
      ${calls.join('\n')}`,
    )
    expect(lines).to.deep.equal([
      ...['run', 'Meter', 'debug', 'mermaid|dot', 'compopt -o nospace', 'static:'],
      ...['compopt -o filenames', spaced, 'compopt -o filenames', spaced],
    ])
  })

  it('ends a quote once in bash, and knows the home folder', async () => {
    const folder = dirname(cli.file('with space/day.jsonl', ''))
    const start = folder.slice(0, -3)
    const keys = [
      `"${start}\tda\t`,
      `'${start}\tda\t`,
      `${start.replace(' ', '\\ ')}\tda\t`,
      '~/da\t',
      '"~/da\t"',
    ]
    const home = join(dirname(folder), 'home', 'day.jsonl')
    const day = join(folder, 'day.jsonl')
    expect(await typed('bash', 'bash --norc -i', 'source "$SCRIPT"; source "$TELL"', keys)).to.deep.equal([
      ...[day, day, day, home],
      '~/da',
    ])
  })

  it('works in zsh', async function () {
    if (spawnSync('zsh', ['--version']).status !== 0) skip(this, 'needs zsh')
    const lines = await inShell(
      ['zsh', '-f'],
      'zsh',
      `compdef() { print "compdef $*" }
      _describe() { print -- "\${(j:|:)\${(P)4}}" }
      compadd() { print -- "compadd \${(j:|:)@}" }
      source "$SCRIPT"
      ask() { words=("$@"); CURRENT=$#; PREFIX=\${@[-1]}; _quorate }
      ask quorate ru
      ask quorate run ${drawn} M
      ask quorate run --discovery=
      ask quorate run ${dirname(drawn)}/dr
      ask quorate run '${dirname(dirname(drawn))}/ap'`,
    )
    expect(lines).to.deep.equal([
      'compdef _quorate quorate',
      'run:start actors of an app',
      'Meter:actor of drawn',
      '--discovery=mdns:by multicast',
      'compadd -S||--|--discovery=static:',
      `compadd --|${drawn}`,
      `compadd -S||--|${dirname(drawn)}/`,
    ])
  })

  it('leaves the home folder to zsh, which quotes do not name', async function () {
    if (spawnSync('zsh', ['--version']).status !== 0) skip(this, 'needs zsh')
    const start = 'autoload -U compinit; compinit -D -u; source "$SCRIPT"; source "$TELL"'
    const home = join(dirname(cli.cache), 'home', 'day.jsonl')
    expect(await typed('zsh', 'zsh -f -i', start, ['~/da\t', '"~/da\t"'])).to.deep.equal([home, '~/da'])
  })

  it('works in fish', async function () {
    if (spawnSync('fish', ['--version']).status !== 0) skip(this, 'needs fish')
    const lines = await inShell(
      ['fish', '-N'],
      'fish',
      `source $SCRIPT
      complete -C 'quorate ru'
      complete -C 'quorate run ${drawn} M'
      complete -C 'quorate run --log-level=d'
      complete -C 'quorate run ${dirname(drawn)}/dr'
      complete -C 'quorate replay ~/da'
      complete -C 'quorate replay "~/da'
      complete -C 'quorate replay \\~/da'`,
    )
    expect(lines).to.deep.equal([
      'run\tstart actors of an app',
      'Meter\tactor of drawn',
      '--log-level=debug',
      drawn,
      '~/day.jsonl',
    ])
  })
})

function app(param: string, body: string): string {
  return `import { actor, app, boolean, Component, number } from 'quorate'
class C extends Component {}
${body}
export const types = [boolean, number]
export default app('completed', {
  actors: { A: actor({ params: { loud: ${param} }, components: () => ({ c: C }) }) } })`
}
