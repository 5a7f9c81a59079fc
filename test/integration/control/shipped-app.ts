/** An app of its own, with packages and files, as a user has it: what a bundle must carry to run. */
import { rmSync } from 'node:fs'
import { dirname } from 'node:path'
import type { CliForTests } from '../../support/cli.js'

/** Its schema is of another zod than that of the quorate that runs it, once it is in a bundle. */
const APP = `
import { readFileSync } from 'node:fs'
import { actor, app, Component, message } from 'quorate'
import inner from 'inner'
import { outer } from 'outer'
import { z } from 'zod'
import { where } from './lib/where.js'

const Told = message('Told', z.object({ text: z.string().max(1000) }))

class Teller extends Component {
  readonly out = this.pub(Told)
  readonly in = this.sub(Told, ({ text }) => this.log.info(text))
  readonly tick = this.timer('20ms', () => {
    const data = readFileSync(new URL('./data/words.txt', import.meta.url), 'utf8')
    this.out.send({ text: ['told', inner, outer, where, data, import.meta.dirname].join(' ') })
  })
}
const actors = { Teller: actor({ components: () => ({ teller: Teller }) }) }
export default app('NAME', { version: '1', actors })
`

const FILES: Readonly<Record<string, string>> = {
  'package.json': JSON.stringify({
    ...{ name: 'shipped', type: 'module', quorate: { files: ['data/*.txt'] } },
    dependencies: { outer: '1', inner: '2', quorate: '*' },
    optionalDependencies: { absent: '1' },
    devDependencies: { tool: '1' },
  }),
  'lib/where.ts': `export const where = new URL('.', import.meta.url).pathname.split('/').at(-2)`,
  'data/words.txt': 'words',
  'data/secret.key': 'not shipped',
  'node_modules/outer/package.json': JSON.stringify({
    ...{ name: 'outer', version: '1.0.0', type: 'module', exports: './index.js' },
    dependencies: { inner: '1' },
    peerDependencies: { tool: '*' },
    peerDependenciesMeta: { tool: { optional: true } },
  }),
  'node_modules/outer/index.js': `import inner from 'inner'; export const outer = 'outer-of-' + inner`,
  'node_modules/outer/index.d.ts': 'export declare const outer: string',
  'node_modules/outer/node_modules/inner/package.json': '{ "name": "inner", "version": "1.0.0" }',
  'node_modules/outer/node_modules/inner/index.js': `module.exports = 'inner1'`,
  'node_modules/inner/package.json': '{ "name": "inner", "version": "2.0.0" }',
  'node_modules/inner/index.js': `module.exports = 'inner2'`,
  'node_modules/tool/package.json': '{ "name": "tool", "version": "1.0.0" }',
  'node_modules/tool/index.js': '',
}

export interface ShippedApp {
  readonly file: string
  /** Makes a file in its folder. */
  write(name: string, text: string): void
  /** Takes the folder away. */
  remove(): void
}

/** Writes it into the folder of the command line; in a folder of the app's name. */
export function shippedApp(cli: CliForTests, name: string): ShippedApp {
  const write = (path: string, text: string): string => cli.file(`${name}/${path}`, text)
  for (const [path, text] of Object.entries(FILES)) write(path, text)
  const file = write('app.ts', APP.replace('NAME', name))
  return {
    file,
    write: (path, text) => void write(path, text),
    remove: () => rmSync(dirname(file), { recursive: true }),
  }
}
