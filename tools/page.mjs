// Makes the page of the hub: one script, one style sheet and what stands beside them, each with its twin for
// browsers that take gzip, so that the hub has nothing to do but to hand them out.

import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'

const AS_THEY_ARE = ['index.html', 'icon.svg']
const MADE = ['page.js', 'page.css']

/** From `control/page` of the checkout into the same place of `folder`. Packages become a part of it. */
export function makePage(root, folder) {
  const esbuild = createRequire(join(root, 'package.json'))('esbuild')
  const [from, to] = [root, folder].map((each) => join(each, 'control', 'page'))
  mkdirSync(to, { recursive: true })
  esbuild.buildSync({
    absWorkingDir: from,
    entryPoints: [
      { in: 'main.tsx', out: 'page' },
      { in: 'page.css', out: 'page' },
    ],
    outdir: to,
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    legalComments: 'eof',
    logLevel: 'warning',
  })
  for (const name of AS_THEY_ARE) copyFileSync(join(from, name), join(to, name))
  for (const name of [...AS_THEY_ARE, ...MADE]) {
    writeFileSync(join(to, `${name}.gz`), gzipSync(readFileSync(join(to, name)), { level: 9 }))
  }
}
