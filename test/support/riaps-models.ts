/** The models of RIAPS in `test/fixtures/riaps`, and what becomes of them. */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { type ImportFiles, importFiles } from '../../apps/quorate/riaps/import-files.js'
import { imported, type Join } from '../../apps/quorate/riaps/imported.js'
import { notesOf } from '../../apps/quorate/riaps/notes.js'
import { capnpBeside, readModel } from '../../apps/quorate/riaps/read-model.js'
import { shapesOf } from '../../apps/quorate/riaps/shapes.js'
import { projectRoot } from '../project.js'

export const MODELS = join(projectRoot, 'test', 'fixtures', 'riaps')

/** Who joins what, of those that have groups. */
const JOINS: Readonly<Record<string, readonly Join[]>> = {
  crew: [
    { component: 'Sailor', group: 'Bridge', instance: 'main' },
    { component: 'Sailor', group: 'Gossip', instance: 'deck' },
  ],
}

export function modelNames(): string[] {
  return readdirSync(MODELS)
}

export function modelFile(name: string): string {
  return join(MODELS, name, `${name}.riaps`)
}

export async function importedFiles(name: string): Promise<{ files: ImportFiles; notes: string[] }> {
  const file = modelFile(name)
  const [app] = await readModel(file)
  if (!app) throw new Error(`${file} has no app`)
  const shapes = shapesOf(
    app.messages.map((message) => message.name),
    await capnpBeside(file),
  )
  const model = imported(app, {
    shapes,
    joins: JOINS[name] ?? [],
    source: `${name}.riaps`,
    way: `../${name}.riaps`,
  })
  const notes = notesOf(model)
  const own = { folder: projectRoot, version: '0.1.0', versions: { zod: '^4.0.0', typescript: '^7.0.0' } }
  return { files: importFiles(model, notes, own, '^0.1.0'), notes }
}
