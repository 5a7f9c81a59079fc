/**
 * Programs of tests as plain Node runs them: it starts them in a quarter of the time that it takes to
 * translate each of their modules. They import packages as the project does.
 */
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { buildSync } from 'esbuild'
import { projectRoot } from '../project.js'

const made = new Map<string, string>()
let folder = ''

/** The path of one module with all of a TypeScript file and what it imports. Gone when this process ends. */
export function bundled(file: string): string {
  const known = made.get(file)
  if (known !== undefined) return known
  const outfile = join(ownFolder(), 'programs', `${made.size}-${basename(file, '.ts')}.mjs`)
  buildSync({
    entryPoints: [file],
    outfile,
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    target: 'node20',
    sourcemap: 'inline',
  })
  made.set(file, outfile)
  return outfile
}

function ownFolder(): string {
  if (folder) return folder
  folder = mkdtempSync(join(tmpdir(), 'quorate-bundled-'))
  symlinkSync(join(projectRoot, 'node_modules'), join(folder, 'node_modules'))
  // Where what is compiled looks for the io thread.
  symlinkSync(join(projectRoot, 'dist', 'runtime'), join(folder, 'runtime'))
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
  return folder
}
