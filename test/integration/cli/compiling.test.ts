/** App files are compiled once, again when they change, and run with their own files and places. */
import { mkdirSync, readdirSync, rmSync, symlinkSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect } from 'chai'
import { projectRoot } from '../../project.js'
import { cliForTests } from '../../support/cli.js'

function source(says: string): string {
  return `import { actor, app, Component } from 'quorate'
import { word } from './word.js'
class C extends Component {
  onActivate() {
    this.log.info(\`${says} \${word} \${import.meta.url}\`)
  }
}
export default app('compiled', { actors: { A: actor({ components: () => ({ c: [C, {}] }) }) } })`
}

describe('the compiling of app files', function () {
  this.timeout(30_000)
  const cli = cliForTests()

  async function firstWords(app: string): Promise<string> {
    const running = cli.start(['run', app, '--discovery', 'static:'])
    const line = await running.line(/│ c: /)
    running.signal('SIGINT')
    expect(await running.ended).to.deep.include({ code: 0, stderr: [] })
    return line.replace(/^.*│ c: /, '')
  }

  it('keeps what it compiled, and compiles anew what has changed', async () => {
    cli.file('word.ts', `export const word: string = 'one'`)
    const app = cli.file('app.ts', source('hello'))
    const url = `file://${app}`
    expect(await firstWords(app)).to.equal(`hello one ${url}`)
    const kept = readdirSync(join(cli.cache, 'quorate'))
    expect(await firstWords(app)).to.equal(`hello one ${url}`)
    expect(readdirSync(join(cli.cache, 'quorate'))).to.deep.equal(kept)
    cli.file('word.ts', `export const word: string = 'two, and longer'`)
    expect(await firstWords(app)).to.equal(`hello two, and longer ${url}`)
    cli.file('app.ts', source('goodbye'))
    expect(await firstWords(app)).to.equal(`goodbye two, and longer ${url}`)
  })

  it('compiles anew when a package that it imports has moved', async () => {
    cli.file(
      'moved/node_modules/word/package.json',
      '{ "name": "word", "type": "module", "exports": "./old.js" }',
    )
    const old = cli.file('moved/node_modules/word/old.js', `export const word = 'old'`)
    const app = cli.file('moved/app.ts', source('hello').replace('./word.js', 'word'))
    expect(await firstWords(app)).to.match(/^hello old/)
    cli.file(
      'moved/node_modules/word/package.json',
      '{ "name": "word", "type": "module", "exports": "./new.js" }',
    )
    cli.file('moved/node_modules/word/new.js', `export const word = 'new'`)
    rmSync(old)
    expect(await firstWords(app)).to.match(/^hello new/)
  })

  it('compiles anew when tsconfig.json leads elsewhere', async () => {
    const settings = (to: string) => JSON.stringify({ compilerOptions: { paths: { word: [`./${to}.ts`] } } })
    for (const word of ['left', 'right']) cli.file(`led/${word}.ts`, `export const word = '${word}'`)
    const app = cli.file('led/app.ts', source('hello').replace('./word.js', 'word'))
    cli.file('led/tsconfig.json', settings('left'))
    expect(await firstWords(app)).to.match(/^hello left/)
    cli.file('led/tsconfig.json', settings('right'))
    expect(await firstWords(app)).to.match(/^hello right/)
  })

  it('does so for two launchers at once', async () => {
    cli.file('word.ts', `export const word: string = 'both'`)
    const app = cli.file('twin.ts', source('hello'))
    const [one, other] = await Promise.all([firstWords(app), firstWords(app)])
    expect(one).to.equal(other)
  })

  it('leaves no compiler behind', async () => {
    cli.file('word.ts', `export const word: string = 'alone'`)
    const running = cli.start(['run', cli.file('alone.ts', source('hello')), '--discovery', 'static:'])
    await running.line(/ready/)
    expect(running.actorPids).to.have.length(1)
  })

  it('runs CommonJS files of the app, and packages that these require', async () => {
    cli.file('word/package.json', '{ "name": "word" }')
    cli.file('older/node_modules/word/index.js', `exports.word = require('node:path').basename(__dirname)`)
    cli.file('older/legacy.cjs', `exports.word = require('word').word + require('os').EOL.length`)
    const ownName = `const require = 'a name that esbuild may not take'\nvoid require\n`
    const app = cli.file('older/app.ts', ownName + source('hello').replace('word.js', 'legacy.cjs'))
    expect(await firstWords(app)).to.equal(`hello word1 file://${app}`)
  })

  it('refuses an app with a quorate of its own: classes of one are none of another', async () => {
    const own = cli.file('other/node_modules/quorate/package.json', '{ "name": "quorate", "main": "own.js" }')
    cli.file('other/node_modules/quorate/own.js', '')
    const app = cli.file('other/app.ts', source('hello'))
    for (const command of ['run', 'graph']) {
      const { code, stderr } = await cli.run([command, app])
      expect(code).to.equal(2)
      const advice = `call that one: npx quorate ${command} …`
      expect(stderr).to.deep.equal([
        `quorate: ${app} has a quorate of its own, at ${dirname(own)}; ${advice}`,
      ])
    }
  })

  it('takes the quorate that it is itself, by whatever links the app finds it', async () => {
    const app = cli.file('linked/app.ts', source('hello').replace('word.js', '../word.js'))
    cli.file('word.ts', `export const word: string = 'linked'`)
    const packages = join(dirname(app), 'node_modules')
    mkdirSync(join(packages, '.bin'), { recursive: true })
    symlinkSync(projectRoot, join(packages, 'quorate'))
    const main = join('quorate', 'dist', 'apps', 'quorate', 'main.js')
    symlinkSync(join('..', main), join(packages, '.bin', 'quorate'))
    // Where links are kept as they are, each path has a module of its own.
    const plain = [process.execPath, join(packages, '.bin', 'quorate')]
    const kept = [process.execPath, '--preserve-symlinks', join(packages, main)]
    for (const command of [plain, kept]) {
      const { code, stdout, stderr } = await cli.program([...command, 'graph', app]).ended
      expect({ code, stderr }).to.deep.equal({ code: 0, stderr: [] })
      expect(stdout).to.include('flowchart LR')
    }
    const running = cli.program([...plain, 'run', app, '--discovery', 'static:'])
    await running.line(/│ c: hello linked /)
    running.signal('SIGINT')
    expect(await running.ended).to.deep.include({ code: 0, stderr: [] })
  })

  it('says so where what it compiles cannot be kept', async () => {
    cli.file('word.ts', `export const word: string = 'lost'`)
    const app = cli.file('lost.ts', source('hello'))
    const { code, stderr } = await cli.run(['graph', app], { env: { XDG_CACHE_HOME: '/proc' } })
    expect(code).to.equal(1)
    expect(stderr).to.have.length(1)
    expect(stderr[0]).to.match(/cannot be kept: ENOENT: .*'\/proc\/quorate'; set XDG_CACHE_HOME to a folder/)
  })

  it('runs plain JavaScript, too', async () => {
    cli.file('word.js', `export const word = 'plain'`)
    const app = cli.file('plain.mjs', source('hello'))
    cli.file('word.ts', '')
    expect(await firstWords(app)).to.match(/^hello plain file:.*plain\.mjs$/)
  })
})
