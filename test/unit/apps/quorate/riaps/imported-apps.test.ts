/**
 * What becomes of the models in `test/fixtures/riaps`: the files beside them, which the compiler and Biome
 * check with all others. `QUORATE_WRITE_FIXTURES=1` writes them anew, to be looked through as a change.
 */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect } from 'chai'
import { importedFiles, MODELS, modelNames } from '../../../../support/riaps-models.js'

/** A folder with one of these would be a package, or a repository, of its own. */
const NOT_KEPT = ['package.json', 'tsconfig.json', '.gitignore']

describe('apps of models of RIAPS', () => {
  for (const name of modelNames()) {
    it(`${name}: are those beside it`, async () => {
      const { files } = await importedFiles(name)
      const made = new Map([...files.own, ...files.generated])
      for (const path of NOT_KEPT) made.delete(path)
      const folder = join(MODELS, name, 'app')
      if (process.env.QUORATE_WRITE_FIXTURES === '1') write(folder, made)
      expect(Object.fromEntries(filesIn(folder))).to.deep.equal(Object.fromEntries(made))
    })
  }

  it('are packages that run, and whose types are checked', async () => {
    const { files } = await importedFiles('weather')
    const parsed: unknown = JSON.parse(files.own.get('package.json') ?? '')
    expect(parsed).to.deep.include({
      name: 'weather-watch',
      type: 'module',
      scripts: { start: 'quorate run app.ts', test: 'tsc', graph: 'quorate graph app.ts' },
      dependencies: { quorate: '^0.1.0', zod: '^4.0.0' },
    })
  })
})

function write(folder: string, files: ReadonlyMap<string, string>): void {
  rmSync(folder, { recursive: true, force: true })
  for (const [path, text] of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
}

function filesIn(folder: string): [path: string, text: string][] {
  return readdirSync(folder, { recursive: true, withFileTypes: true }).flatMap((entry) => {
    if (!entry.isFile()) return []
    const path = join(entry.parentPath, entry.name)
    return [[path.slice(folder.length + 1), readFileSync(path, 'utf8')]]
  })
}
