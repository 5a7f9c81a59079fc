// Makes the page of the hub: one script, one style sheet and what stands beside them, each with its twin for
// browsers that take gzip, so that the hub has nothing to do but to hand them out.

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { basename, join } from 'node:path'
import { gzipSync } from 'node:zlib'

const AS_THEY_ARE = ['index.html', 'icon.svg']

/** From `control/page` of the checkout into the same place of `folder`. Packages become a part of it. */
export function makePage(root, folder) {
  const [from, to] = [root, folder].map((each) => join(each, 'control', 'page'))
  mkdirSync(to, { recursive: true })
  const keep = (name, bytes) => {
    writeFileSync(join(to, name), bytes)
    writeFileSync(join(to, `${name}.gz`), gzipSync(bytes, { level: 9 }))
  }
  for (const name of AS_THEY_ARE) keep(name, readFileSync(join(from, name)))
  for (const { path, contents } of bundled(root, from)) keep(basename(path), contents)
}

function bundled(root, from) {
  const esbuild = createRequire(join(root, 'package.json'))('esbuild')
  const { outputFiles } = esbuild.buildSync({
    absWorkingDir: from,
    entryPoints: [
      { in: 'main.tsx', out: 'page' },
      { in: 'page.css', out: 'page' },
    ],
    outdir: '.',
    write: false,
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    legalComments: 'eof',
    logLevel: 'warning',
  })
  return outputFiles
}
