/** `quorate new`: makes a folder with a small app, which runs, and its test. */
import { relative, resolve } from 'node:path'
import { exitCodes } from '../failure.js'
import { newCommand } from '../new/command.js'
import type { Language } from '../new/draft.js'
import { filesOf } from '../new/files.js'
import { nameOfFolder } from '../new/name.js'
import { ownPackage, specOf } from '../new/own-package.js'
import { requireEmpty, writeFiles } from '../new/write-files.js'
import { parseOptions } from '../options.js'

/** Runs the command; resolves with the exit code. */
export async function makeNew(args: readonly string[]): Promise<number> {
  const command = newCommand()
  parseOptions(command, args)
  const [given = '.'] = command.args
  const folder = resolve(given)
  const language: Language = command.opts<{ js?: true }>().js ? 'js' : 'ts'
  await requireEmpty(folder)
  const own = await ownPackage()
  const name = nameOfFolder(folder)
  const draft = { name, language, quorate: await specOf(own, folder), versions: own.versions }
  const files = filesOf(draft)
  await writeFiles(folder, files)
  process.stdout.write(`${told(name, folder, [...files.keys()]).join('\n')}\n`)
  return exitCodes.ok
}

function told(name: string, folder: string, files: readonly string[]): string[] {
  const way = relative(process.cwd(), folder)
  return [
    `${name}: ${files.join(', ')}`,
    '',
    'next:',
    ...(way === '' ? [] : [`  cd ${quoted(way)}`]),
    '  npm install',
    '  npm test',
    '  npm start',
  ]
}

/** As a shell takes it. */
function quoted(path: string): string {
  return /^[\w./+@-]+$/.test(path) && !path.startsWith('-') ? path : `'${path.replaceAll("'", "'\\''")}'`
}
