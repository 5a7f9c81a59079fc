// `npm run docs:api`: writes docs/api/ anew. Tells of exports and
// members without a docstring, which the tests refuse.

import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { bareOf, declarationsOf } from './api/declarations.mjs'
import { pagesOf } from './api/pages.mjs'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const folder = join(root, 'docs', 'api')
const entries = declarationsOf(root)

rmSync(folder, { recursive: true, force: true })
mkdirSync(folder, { recursive: true })
for (const [file, text] of pagesOf(entries)) writeFileSync(join(folder, file), text)

for (const bare of bareOf(entries)) process.stderr.write(`no docstring: ${bare}\n`)
