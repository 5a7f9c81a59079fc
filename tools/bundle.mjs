// Joins the compiled modules of each folder that others import by its index into a few files: a process of an
// actor starts in two thirds of the CPU time, as it opens ten files instead of a hundred. What several
// entries share stands in dist/shared, so that a class is one class whichever entry it came by.

import { readdirSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'

/** What is imported from outside of these folders: by packages' users, or by the command line. */
const ENTRIES = [
  'runtime/index.js',
  'groups/index.js',
  // Run as a worker thread, which loads no more than it needs: see runtime/io/io-thread.ts.
  'runtime/io/thread.js',
  'ports/index.js',
  'ports/thread-index.js',
  // Keys have a public list of their own.
  'ports/security/index.js',
  'discovery/index.js',
  'control/index.js',
  // Servers load packages that nobody else needs.
  'control/hub/index.js',
  // Loaded by the commands that run them, and by actors that report metrics, or that an agent watches over.
  'control/agent/index.js',
  'control/bundle/index.js',
  'control/metrics/index.js',
  'control/nearby/index.js',
  'control/relay/index.js',
  'control/relay/hub-url.js',
  'control/secure/index.js',
  'control/supervision/index.js',
  'control/rollout/index.js',
  // Who only uses ports loads none of it.
  'communicator/index.js',
  'communicator/sessions/index.js',
  'testing/index.js',
  'apps/quorate/actor.js',
]

/** Folders of which nothing else is imported; modules of the command line are, one by one. */
const JOINED = ['runtime', 'groups', 'ports', 'discovery', 'control', 'communicator', 'testing']

/** Bundles what the compiler wrote into `folder`, in its place. Packages stay packages. */
export function bundle(root, folder) {
  const esbuild = createRequire(join(root, 'package.json'))('esbuild')
  const { metafile } = esbuild.buildSync({
    absWorkingDir: folder,
    entryPoints: ENTRIES,
    outdir: '.',
    outbase: '.',
    chunkNames: 'shared/[hash]',
    allowOverwrite: true,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    packages: 'external',
    logLevel: 'warning',
    metafile: true,
  })
  for (const name of JOINED) {
    for (const file of readdirSync(join(folder, name), { recursive: true })) {
      const path = join(name, file)
      if (/\.js(\.map)?$/.test(path) && !(path in metafile.outputs)) rmSync(join(folder, path))
    }
  }
}
