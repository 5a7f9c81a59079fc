/**
 * What a user of `quorate run` may do wrong: each gives one clear line on standard error, and exit code 1 or
 * 2.
 */
import { createServer } from 'node:net'
import { join } from 'node:path'
import { expect } from 'chai'
import { projectRoot } from '../../project.js'
import { cliForTests, type End } from '../../support/cli.js'

interface BadApp {
  readonly what: string
  readonly source: string
  readonly args?: readonly string[]
  readonly code: 1 | 2
  readonly says: RegExp
}

const HEAD = `import { actor, app, Component, message, number } from 'quorate'
import { z } from 'zod'
const M = message('M', z.object({ x: z.number() }))
`
/** An app of one actor with one component, whose body is given. */
function component(body: string): string {
  return `${HEAD}class C extends Component<object> { ${body} }
export default app('bad', { actors: { A: actor({ components: () => ({ c: [C, {}] }) }) } })`
}

const withParam = `${HEAD}class C extends Component<object> {}
export default app('bad', { actors: { A: actor({
  params: { size: number(undefined, 'how large') }, components: () => ({ c: [C, {}] }) }) } })`

const badApps: readonly BadApp[] = [
  {
    what: 'exports nothing',
    source: 'export const x = 1',
    code: 2,
    says: /exports no app; end it with: export/,
  },
  {
    what: 'exports something else',
    source: 'export default { actors: {} }',
    code: 2,
    says: /exports no app/,
  },
  {
    what: 'throws at import',
    source: `const a = 1\nthrow new Error('not\\ntoday')`,
    code: 1,
    says: /threw while it was loaded: not today \(.*throws-at-import\.ts:2:7\)/,
  },
  {
    what: 'rejects at import',
    source: `await Promise.reject(new Error('no luck'))`,
    code: 1,
    says: /threw while it was loaded: no luck/,
  },
  {
    what: 'rejects soon after import',
    source: `void Promise.reject(new Error('too late'))\nawait new Promise((r) => setTimeout(r, 5000))`,
    code: 1,
    says: /^quorate: an error was thrown: too late \(.*rejects-soon-after-import\.ts:1:\d+\)$/,
  },
  {
    what: 'throws while an actor loads it',
    source: `if (process.send) {
  setTimeout(() => { throw new Error('not here') })
  await new Promise((r) => setTimeout(r, 5000))
}
${component('')}`,
    code: 1,
    says: /^quorate: A: not here \(.*throws-while-an-actor-loads-it\.ts:2:\d+\)$/,
  },
  {
    what: 'ends the process',
    source: 'process.exit(0)',
    code: 1,
    says: /ends-the-process\.ts ended the process while it was loaded/,
  },
  {
    what: 'throws no error',
    source: `throw 'a word'`,
    code: 1,
    says: /threw while it was loaded: a word/,
  },
  {
    what: 'does not parse',
    source: `const a = {\nexport default`,
    code: 1,
    says: /does-not-parse\.ts does not compile: does-not-parse\.ts:2:\d+: /,
  },
  {
    what: 'imports what is not there',
    source: `import './nowhere.js'`,
    code: 1,
    says: /does not compile: .*nowhere\.js/,
  },
  {
    what: 'has no actors',
    source: `${HEAD}export default app('bad', { actors: {} })`,
    code: 2,
    says: /^quorate: \S*has-no-actors\.ts: the app bad has no actors \(.*has-no-actors\.ts:4:\d+\)$/,
  },
  ...['quorum: 1', 'quorum: 2, timing: { lease: 900 }', "quorum: 2, timing: 'slow'"].map(
    (options, at): BadApp => ({
      what: `has a group that makes no sense ${at}`,
      source: `${HEAD}import { group } from 'quorate'
class C extends Component<object> {}
export default app('bad', { actors: { A: actor({ components: () => ({ c: C }) }) },
  groups: { Cell: group({ using: M, ${options} }) } })`,
      code: 2,
      says: /^quorate: \S*-\d\.ts: the group Cell of the app bad(: its| has the quorum 1|: there is no)/,
    }),
  ),
  {
    what: 'has a parameter that the actor has not',
    source: `${HEAD}class C extends Component<object> {}
const components = () => ({ c: C })
export default app('bad', { actors: {
  A: actor({ params: { size: number(1) }, components }), B: actor({ components }) } })`,
    args: ['B', '--size', '5'],
    code: 2,
    says: /--size is a parameter of A, not of B, which is to be started/,
  },
  {
    what: 'names what is no component',
    source: `${HEAD}export default app('bad', { actors: { A: actor({ components: () => ({ c: Date }) }) } })`,
    code: 2,
    says: /A: component c of actor A names Date, which does not extend Component; /,
  },
  {
    what: 'has an actor without components',
    source: `${HEAD}export default app('bad', { actors: { A: actor({ components: () => ({}) }) } })`,
    code: 2,
    says: /A: the actor A has no components; /,
  },
  {
    what: 'has a port named as a member',
    source: component('timer = this.timer(10, () => 0); tick = this.timer(20, () => 0)'),
    code: 2,
    says: /A: component c: "timer" is a name of Component itself; choose another/,
  },
  {
    what: 'throws in onActivate',
    source: component(`onActivate() { throw new Error('no device') }`),
    code: 1,
    says: /A: c: onActivate threw: no device \([^)]*throws-in-onActivate\.ts:4:\d+\)$/,
  },
  {
    what: 'has an unknown actor',
    source: component(''),
    args: ['B'],
    code: 2,
    says: /the app bad has no actor "B"; it has A/,
  },
  {
    what: 'has an unknown parameter',
    source: withParam,
    args: ['--size', '1', '--sise', '2'],
    code: 2,
    says: /unknown option '--sise'/,
  },
  {
    what: 'has an ill-typed parameter',
    source: withParam,
    args: ['--size', 'large'],
    code: 2,
    says: /the parameter "size" of actor A is "large"; give a number/,
  },
  {
    what: 'lacks a parameter',
    source: withParam,
    code: 2,
    says: /actor A needs the parameter "size": give --size <number>/,
  },
  {
    what: 'has two ports of one name',
    source: component(`a = this.pub(M); b = this.pub(M, { name: 'a' })`),
    code: 2,
    says: /A: component c: two ports are named a; /,
  },
  {
    what: 'has a port in a private field',
    source: component(`#a = this.pub(M); get x() { return this.#a }`),
    code: 2,
    says: /component c: port 1 \(pub of M\) is no public field of the component; /,
  },
  {
    what: 'has an array of ports',
    source: component('all = [this.pub(M), this.pub(M)]'),
    code: 2,
    says: /component c: the field all is an array of ports; /,
  },
  {
    what: 'has two schemas for one message',
    source: component(`a = this.pub(M); b = this.sub(message('M', z.object({ x: z.string() })))`),
    code: 2,
    says: /c\.b carries a message M with another schema than other ports of the actor; /,
  },
  {
    what: 'has an async schema',
    source: `${HEAD}export const A = message('A', z.unknown().refine(async () => true))`,
    code: 2,
    says: /The schema of message "A" answers with a promise/,
  },
  {
    what: 'has an unknown scheduler',
    source: component(`static scheduler = 'edf'`),
    code: 2,
    says: /A: component c: there is no scheduler "edf"; use fifo, rr, priority/,
  },
  {
    what: 'has a timer without a period',
    source: component(`tick = this.timer('often', () => 0)`),
    code: 2,
    says: /^quorate: A: .*"often".* \(.*has-a-timer-without-a-period\.ts:4:\d+\)$/,
  },
  {
    what: 'throws in a constructor',
    source: component(`constructor() { super(); throw new Error('not me') }`),
    code: 1,
    says: /A: not me \(.*throws-in-a-constructor\.ts:4:\d+\)/,
  },
  {
    what: 'has a parameter that is an option',
    source: withParam.replace('size:', 'count:'),
    code: 2,
    says: /has a parameter count, which is an option of quorate run; rename it/,
  },
]

const badCalls: readonly { args: readonly string[]; says: RegExp }[] = [
  { args: ['run'], says: /which app\? quorate run <app file>/ },
  { args: ['run', 'nowhere.ts'], says: /there is no app file nowhere\.ts; / },
  { args: ['run', 'package.json'], says: /package\.json is no TypeScript or JavaScript file/ },
  {
    args: ['run', '--Ts', '50', 'app.ts'],
    says: /--Ts is no option of quorate run; .* come after its file: quorate run <app file> --Ts …$/,
  },
  { args: ['run', '--count'], says: /which app\? quorate run <app file>/ },
  { args: ['run', '--count', '2', '--', 'nowhere.ts'], says: /there is no app file nowhere\.ts; / },
  { args: ['runn'], says: /there is no command "runn"; quorate --help/ },
  { args: ['--versoin'], says: /there is no option "--versoin"; / },
  { args: ['ps', '--wach'], says: /unknown option '--wach'/ },
  { args: ['ps', 'me'], says: /too many arguments.*1; --help lists/ },
  { args: ['ps', '--discovery', 'static:'], says: /no directory to look at is named; give / },
  { args: ['ps', '--wait', 'long'], says: /--wait is "long"; give a whole number from 1 to/ },
  { args: ['ps', '--discovery', 'static:nowhere'], says: /"nowhere" is no address of a directory; / },
  { args: ['ps', '--interface', 'nope0'], says: /no network interface nope0 / },
  { args: ['doctor', '--discovery', 'dns'], says: /--discovery is "dns"; give mdns or static/ },
]

describe('bad input of the command line', function () {
  this.timeout(30_000)
  const cli = cliForTests()

  const badOptions: readonly [option: string, value: string, says: RegExp][] = [
    ['--count', '0', /--count is "0"; give a whole number from 1 to 1000/],
    ['--count', '2.5', /--count is "2\.5"; give a whole number/],
    ['--interface', 'nope0', /no network interface nope0 with an IPv4 address; there are: /],
    ['--discovery', 'dns', /--discovery is "dns"; give mdns or static/],
    ['--discovery', 'static:here', /"here" is no address of a directory; write host:port/],
    ['--directory-port', '70000', /--directory-port is "70000"; give a whole number from 0 to 65535/],
    ['--seats', 'north', /--seats is "north"; give 0,1 of every group, or Cell\.north=0 Plant=1,2, or all/],
    ['--seats', '0,0', /--seats is "0,0"; give 0,1 of every group/],
    ['--seats', 'Nope.north=0', /--seats names Nope\.north, and \w+ has no group type Nope; none of its /],
    ['--log-level', 'loud', /--log-level is "loud"; give trace, debug, info, warn or error/],
    ['--colour', 'red', /unknown option '--colour'/],
  ]
  let ofApps: End[] = []
  let ofCalls: End[] = []
  let ofOptions: End[] = []

  before(async function () {
    this.timeout(120_000)
    const good = cli.file('good.ts', component(''))
    const files = badApps.map(({ what, source }) => cli.file(`${what.replaceAll(' ', '-')}.ts`, source))
    ofApps = await cli.runAll(
      badApps.map(({ args = [] }, i) => ['run', files[i] ?? '', ...args, '--discovery', 'static:']),
    )
    ofCalls = await cli.runAll(badCalls.map(({ args }) => args))
    ofOptions = await cli.runAll(badOptions.map(([option, value]) => ['run', good, option, value]))
  })

  for (const [index, { what, code, says }] of badApps.entries()) {
    it(`an app file that ${what}`, () => expectOneLine(ofApps[index], code, says))
  }
  for (const [index, { args, says }] of badCalls.entries()) {
    it(`quorate ${args.join(' ')}`, () => expectOneLine(ofCalls[index], 2, says))
  }
  for (const [index, [option, value, says]] of badOptions.entries()) {
    it(`quorate run app.ts ${option} ${value}`, () => expectOneLine(ofOptions[index], 2, says))
  }

  it('a directory port for several actors', async () => {
    const args = ['run', cli.file('good.ts', component('')), '--count', '2', '--directory-port', '7000']
    expectOneLine(await cli.run(args), 2, /--directory-port 7000 is for one actor, and 2 are to be started/)
  })

  it('a directory port in use, and a port of a component in use', async () => {
    const server = createServer()
    const port = await new Promise<number>((resolve) => {
      server.listen(0, '127.0.0.1', () => {
        const address = server.address()
        resolve(typeof address === 'object' && address ? address.port : 0)
      })
    })
    try {
      const good = cli.file('good.ts', component(''))
      const alone = ['--discovery', 'static:']
      const directory = await cli.run(['run', good, ...alone, '--directory-port', String(port)])
      expectOneLine(directory, 1, /A: the directory cannot listen on .*: the port is in use; /)
      const taking = cli.file('taking.ts', component(`a = this.pub(M, { port: ${port} })`))
      expectOneLine(await cli.run(['run', taking, ...alone]), 1, new RegExp(`c\\.a .*${port}.*in use`))
    } finally {
      server.close()
    }
  })

  it('more processes than the system starts', async () => {
    const launch = { appFile: 'x', actor: 'A', params: {}, discovery: '', interface: '', logLevel: '' }
    const program = `import { openSync } from 'node:fs'
import { launchActor } from ${JSON.stringify(join(projectRoot, 'dist', 'apps', 'quorate', 'launch.js'))}
const launch = ${JSON.stringify({ ...launch, directoryPort: 0 })}
const events = { event: ({ msg }) => console.log(msg), output: console.log, ended: console.log }
launchActor({ ...launch, params: { text: 'x'.repeat(1 << 20) } }, events)
await new Promise(setImmediate)
try { for (;;) openSync('/') } catch { launchActor(launch, events) }`
    const node = [process.execPath, '--input-type=module', '-e', program]
    const { stdout, stderr } = await cli.program(['sh', '-c', 'ulimit -n 200; exec "$@"', 'sh', ...node])
      .ended
    expect(stderr).to.deep.equal([])
    expect(stdout).to.deep.equal([
      'the process cannot be started: its parameters are too long; put them into a file, and give its name',
      '1 null',
      'the process cannot be started: too many files are open; ' +
        'start fewer actors, or allow more files: ulimit -n',
      '1 null',
    ])
  })

  it('an app file that never ends loading', async () => {
    const file = cli.file('endless.ts', `${component('')}\nawait new Promise(() => undefined)`)
    const limits = JSON.stringify(join(projectRoot, 'dist', 'apps', 'quorate', 'limits.js'))
    // Nobody wants to wait for as long as a user's file may take.
    const sooner = cli.file('sooner.mjs', `(await import(${limits})).commandLimits.loadMs = 500`)
    for (const command of ['run', 'graph']) {
      const end = await cli.run([command, file], { env: { NODE_OPTIONS: `--import=${sooner}` } })
      expectOneLine(end, 1, /endless\.ts was not loaded within 0\.5 s: does it wait for what never comes\?$/)
    }
  })

  it('a reason that several processes share is told once', async () => {
    const file = cli.file('twice.ts', component('all = [this.pub(M)]'))
    const end = await cli.run(['run', file, '--count', '3', '--discovery', 'static:'])
    expectOneLine(end, 2, /array of ports/)
  })
})

function expectOneLine(end: End | undefined, expected: number, says: RegExp): void {
  const { code, stdout = [], stderr = [] } = end ?? {}
  expect(stderr, stdout.join('\n')).to.have.length(1)
  expect(stderr[0]).to.match(/^quorate: /)
  expect(stderr[0]).to.match(says)
  expect([...stdout, ...stderr].join('\n')).not.to.match(/^\s+at .+:\d+/m)
  expect(code).to.equal(expected)
}
