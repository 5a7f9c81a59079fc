// The step that compiles the sources into dist/, and bundles them. Due when a hash of everything that it
// reads differs from the one that the last build left in dist/.stamp. The compiler writes into a
// folder beside dist/, which then takes its place.

import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { bundle } from './bundle.mjs'
import { makePage } from './page.mjs'

const SETTINGS = [
  'tsconfig.json',
  'tsconfig.build.json',
  'package.json',
  'package-lock.json',
  'tools/bundle.mjs',
  'tools/page.mjs',
]

/** The step for the checkout at `root`, in the form that setup.mjs runs. */
export function buildStep(root) {
  const dist = join(root, 'dist')
  const next = join(root, '.dist-next')
  const old = join(root, '.dist-old')
  const remove = (folder) => rmSync(folder, { recursive: true, force: true })
  let hash = ''
  return {
    name: 'compiling',
    isDue: () => stampIn(dist) !== hashOfSources(root),
    command() {
      // Taken before the compiler reads: a file that changes meanwhile makes the next set-up compile again.
      hash = hashOfSources(root)
      remove(next)
      const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc')
      return {
        command: process.execPath,
        args: [tsc, '-p', 'tsconfig.build.json', '--outDir', next],
        cwd: root,
      }
    },
    finish() {
      bundle(root, next)
      makePage(root, next)
      writeFileSync(join(next, '.stamp'), hash)
      remove(old)
      if (existsSync(dist)) renameSync(dist, old)
      renameSync(next, dist)
      remove(old)
    },
  }
}

function stampIn(dist) {
  try {
    return readFileSync(join(dist, '.stamp'), 'utf8')
  } catch {
    return undefined
  }
}

/** Covers the folders that tsconfig.build.json includes: they are named in one place only. */
function hashOfSources(root) {
  const { include } = JSON.parse(readFileSync(join(root, 'tsconfig.build.json'), 'utf8'))
  const hash = createHash('sha256')
  for (const file of [...SETTINGS, ...include.flatMap((folder) => filesUnder(root, folder))]) {
    const path = join(root, file)
    // A file without a trace would make "absent" and "empty" the same.
    hash.update(`${file}\0`)
    if (existsSync(path)) hash.update(createHash('sha256').update(readFileSync(path)).digest())
  }
  return hash.digest('hex')
}

function filesUnder(root, folder) {
  if (!existsSync(join(root, folder))) return []
  const entries = readdirSync(join(root, folder), { withFileTypes: true })
  return entries
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = `${folder}/${entry.name}`
      return entry.isDirectory() ? filesUnder(root, path) : [path]
    })
}
