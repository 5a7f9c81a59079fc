/** What a changed model asks of the files that are its user's: told, for they are left as they are. */
import type { ImportFiles } from './import-files.js'
import { componentNames, type Imported } from './imported.js'
import type { Placed } from './place-files.js'
import { handlerOf } from './write-ports.js'

export function differencesOf(model: Imported, files: ImportFiles, placed: Placed): string[] {
  return [
    ...model.app.components.flatMap((component) => {
      const names = componentNames(model, component)
      const path = `${names.file}.ts`
      const own = placed.kept.get(path)
      if (own === undefined) return []
      const handlers = component.ports.flatMap((port) => handlerOf(model, names, port)?.name ?? [])
      const missing = handlers.filter((name) => !has(own, name))
      const before = declared(placed.changed.get(`generated/${path}`) ?? '')
      const gone = before.filter((name) => !handlers.includes(name) && has(own, name))
      return [
        ...missing.map((name) => `${path} has no ${name}() yet, which generated/${path} wants`),
        ...gone.map((name) => `${path} has a ${name}(), and the model no port for it any more`),
        ...changedSignatures(path, files, placed, handlers),
      ]
    }),
    ...groupsMissing(model, placed),
    ...placed.removed.map((path) => {
      const own = path.replace('generated/', '')
      return `${path} is removed: the model has it no more; ${own} can go, too`
    }),
  ]
}

/** Handlers that were there before and have other parameters now. */
function changedSignatures(
  path: string,
  { generated }: ImportFiles,
  { changed }: Placed,
  handlers: readonly string[],
): string[] {
  const before = changed.get(`generated/${path}`)
  if (before === undefined) return []
  const after = generated.get(`generated/${path}`) ?? ''
  return handlers.flatMap((name) => {
    const [was, is] = [signature(before, name), signature(after, name)]
    return was === undefined || was === is ? [] : [`${path}: ${name}() is another now: ${is}`]
  })
}

function groupsMissing({ app, names }: Imported, { kept }: Placed): string[] {
  const own = kept.get('groups.ts')
  const unused = app.groups.length > 0 && !has(kept.get('app.ts') ?? 'groups', 'groups')
  const missing = app.groups.flatMap(({ name }) => {
    const constant = names.groups.get(name) ?? name
    return own === undefined || has(own, constant) ? [] : [`groups.ts has no group ${constant}`]
  })
  return unused ? [...missing, 'app.ts does not name the groups of groups.ts'] : missing
}

function declared(text: string): string[] {
  return [...text.matchAll(/^ {2}abstract (\w+)/gm)].map(([, name = '']) => name)
}

function signature(text: string, name: string): string | undefined {
  const found = new RegExp(`^ {2}abstract ${name}(\\([^]*?): [^\\n]*$`, 'm').exec(text)
  return found?.[0].replaceAll(/\s+/g, ' ').trim().replace('abstract ', '')
}

function has(text: string, name: string): boolean {
  return new RegExp(`\\b${name}\\b`).test(text)
}
