/** App files are compiled once, again when they change, and run with their own files and places. */
import { readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
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

  it('does so for two launchers at once', async () => {
    cli.file('word.ts', `export const word: string = 'both'`)
    const app = cli.file('twin.ts', source('hello'))
    const [one, other] = await Promise.all([firstWords(app), firstWords(app)])
    expect(one).to.equal(other)
  })

  it('runs plain JavaScript, too', async () => {
    cli.file('word.js', `export const word = 'plain'`)
    const app = cli.file('plain.mjs', source('hello').replace('./word.js', './word.js'))
    cli.file('word.ts', '')
    expect(await firstWords(app)).to.match(/^hello plain file:.*plain\.mjs$/)
  })
})
