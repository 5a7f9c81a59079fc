/** What a package.json tells that matters to a bundle. */
import { existsSync, readFileSync, realpathSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { z } from 'zod'
import { BundleError } from '../../../control/bundle/index.js'
import { messageOf } from '../../../ports/index.js'

const named = z.record(z.string(), z.unknown()).default({})
const model = z.object({
  name: z.string().default(''),
  dependencies: named,
  optionalDependencies: named,
  peerDependencies: named,
  peerDependenciesMeta: z.record(z.string(), z.object({ optional: z.boolean().optional() })).default({}),
  os: z.unknown().optional(),
  cpu: z.unknown().optional(),
  quorate: z.object({ files: z.array(z.string()).default([]) }).optional(),
})

export type PackageJson = z.infer<typeof model>

/** That of a folder. @throws BundleError `bundle-not-packed`. */
export function packageJsonIn(folder: string): PackageJson {
  const path = join(folder, 'package.json')
  try {
    return model.parse(JSON.parse(readFileSync(path, 'utf8')))
  } catch (cause) {
    throw new BundleError('bundle-not-packed', `${path} cannot be read: ${messageOf(cause)}`, { cause })
  }
}

/** The nearest folder from here upwards that has one; undefined where there is none. */
export function packageFolderOf(folder: string): string | undefined {
  if (existsSync(join(folder, 'package.json'))) return folder
  const above = dirname(folder)
  return above === folder ? undefined : packageFolderOf(above)
}

/** Where Node finds a package, by its true path; undefined where it finds none. */
export function findPackage(from: string, name: string): string | undefined {
  const folder = join(from, 'node_modules', name)
  if (existsSync(join(folder, 'package.json'))) return realpathSync(folder)
  const above = dirname(from)
  return above === from ? undefined : findPackage(above, name)
}
