/** The name of a new app: that of its folder, as far as apps and packages can be named so. */
import { basename, resolve } from 'node:path'

const NAME_CHARS = 50
/** npm installs no package into one of the same name; Node would find the app's own first. */
const TAKEN: ReadonlySet<string> = new Set(['quorate', 'zod', 'mocha', 'tsx', 'typescript', 'node_modules'])

/** `My Cell 2` is `my-cell-2`; `app` where nothing of the folder's name is left. */
export function nameOfFolder(folder: string): string {
  const words = basename(resolve(folder))
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/\p{M}/gu, '')
    .replaceAll(/[^a-z0-9_]+/g, '-')
    .replace(/^[^a-z]+/, '')
  const name = words.slice(0, NAME_CHARS).replace(/-+$/, '') || 'app'
  return TAKEN.has(name) ? `${name}-app` : name
}
