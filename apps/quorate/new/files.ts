/** All files of a new app, by their paths in its folder. */
import { sources } from './app-template.js'
import type { Draft } from './draft.js'
import { GITIGNORE, packageJson, tsconfig } from './package-template.js'
import { readme } from './readme-template.js'
import { test } from './test-template.js'

export function filesOf(draft: Draft): Map<string, string> {
  const { language } = draft
  const files = new Map<string, string>([
    ['package.json', packageJson(draft)],
    ['.gitignore', GITIGNORE],
    ['README.md', readme(draft)],
  ])
  if (language === 'ts') files.set('tsconfig.json', tsconfig())
  for (const [name, text] of Object.entries(sources(draft))) files.set(`${name}.${language}`, text)
  return files.set(`test/app.test.${language}`, test(draft))
}
