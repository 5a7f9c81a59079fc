/** All files of an imported app, by their paths in its folder. */
import type { OwnPackage } from '../new/own-package.js'
import { FACTS_FILE, factsOf } from './facts.js'
import { componentNames, type Imported } from './imported.js'
import { generatedActors } from './write-actors.js'
import { appFile, GITIGNORE, groupsFile, json, packageFile, TSCONFIG } from './write-app.js'
import { generatedMessages, generatedShapes, ownMessages } from './write-messages.js'
import { generatedPorts } from './write-ports.js'
import { notesFile, readme } from './write-readme.js'
import { skeleton } from './write-skeleton.js'

export interface ImportFiles {
  /** Made anew by each import. */
  readonly generated: ReadonlyMap<string, string>
  /** Of the user, once they are there. */
  readonly own: ReadonlyMap<string, string>
}

/** @param quorate what package.json says of quorate. */
export function importFiles(
  model: Imported,
  notes: readonly string[],
  own: OwnPackage,
  quorate: string,
): ImportFiles {
  const { components, groups } = model.app
  const files = components.map((component) => ({ component, ...componentNames(model, component) }))
  return {
    generated: new Map([
      ['generated/actors.ts', generatedActors(model)],
      ['generated/messages.ts', generatedMessages(model)],
      ['generated/shapes.ts', generatedShapes(model)],
      ...files.map(({ component, file }): [string, string] => [
        `generated/${file}.ts`,
        generatedPorts(model, component),
      ]),
      ['generated/notes.md', notesFile(model, notes)],
      [FACTS_FILE, json(factsOf(model))],
    ]),
    own: new Map([
      ['package.json', packageFile(model, own, quorate)],
      ['tsconfig.json', TSCONFIG],
      ['.gitignore', GITIGNORE],
      ['README.md', readme(model)],
      ['app.ts', appFile(model)],
      ...(groups.length > 0 ? ([['groups.ts', groupsFile(model)]] as const) : []),
      ['messages.ts', ownMessages(model)],
      ...files.map(({ component, file }): [string, string] => [`${file}.ts`, skeleton(model, component)]),
    ]),
  }
}
