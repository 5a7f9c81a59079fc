/**
 * Who joins which group, which a model does not say, as far as the Python code beside it does: by
 * `self.joinGroup('Cell', 'north')`.
 */
import { access } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import type { Join } from './imported.js'
import type { AppModel } from './model.js'
import { readBounded } from './read-model.js'

export interface JoinsFound {
  readonly joins: readonly Join[]
  /** What is joined there by an instance that only runs show. */
  readonly notes: readonly string[]
}

const CALL = /\bjoinGroup\(\s*(["'])(\w+)\1\s*,\s*(?:(["'])([A-Za-z_]\w*)\3(?=\s*[,)]))?/g

export async function joinsInPython(file: string, app: AppModel): Promise<JoinsFound> {
  const joins: Join[] = []
  const notes: string[] = []
  for (const { name } of app.components) {
    if (!/^[A-Za-z_]\w*$/.test(name)) continue
    const source = join(dirname(resolve(file)), `${name}.py`)
    if (!(await isThere(source))) continue
    for (const [, , group = '', , instance] of (await readBounded(source)).matchAll(CALL)) {
      if (!app.groups.some((each) => each.name === group)) continue
      if (instance === undefined) {
        notes.push(`${name}.py joins ${group}, and computes of which name: say --join ${name}=${group}.name`)
        continue
      }
      const isKnown = joins.some(
        (each) => each.component === name && each.group === group && each.instance === instance,
      )
      if (!isKnown) joins.push({ component: name, group, instance })
    }
  }
  return { joins, notes }
}

async function isThere(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  )
}
