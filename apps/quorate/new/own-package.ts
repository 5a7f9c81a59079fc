/** The package that this code is in, and how another package.json can name the very same. */
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'

const manifest = z.object({
  version: z.string(),
  dependencies: z.record(z.string(), z.string()),
  devDependencies: z.record(z.string(), z.string()).default({}),
})
const lock = z.object({ packages: z.record(z.string(), z.object({ resolved: z.string().optional() })) })

export interface OwnPackage {
  /** The folder that its package.json is in. */
  readonly folder: string
  readonly version: string
  /** The ranges of all packages that it names, by name. */
  readonly versions: Readonly<Record<string, string>>
}

/** Found from here upwards: compiled code lies deeper than its source. */
export async function ownPackage(): Promise<OwnPackage> {
  let folder = dirname(fileURLToPath(import.meta.url))
  while (!existsSync(join(folder, 'package.json'))) folder = dirname(folder)
  const text = await readFile(join(folder, 'package.json'), 'utf8')
  const { version, dependencies, devDependencies } = manifest.parse(JSON.parse(text))
  return { folder, version, versions: { ...devDependencies, ...dependencies } }
}

/**
 * What to write behind `"quorate":` in the package.json of a folder: the checkout or the tarball that this
 * one is of, else its version.
 */
export async function specOf({ folder, version }: OwnPackage, forFolder: string): Promise<string> {
  const modules = dirname(folder)
  if (!modules.endsWith('node_modules')) return fileSpec(folder, forFolder)
  const tarball = await tarballOf(modules)
  return tarball ? fileSpec(tarball, forFolder) : `^${version}`
}

function fileSpec(path: string, forFolder: string): string {
  return `file:${relative(resolve(forFolder), path).replaceAll('\\', '/')}`
}

/** The file that npm installed it from; undefined where that was a registry, or is gone. */
async function tarballOf(modules: string): Promise<string | undefined> {
  try {
    const { packages } = lock.parse(JSON.parse(await readFile(join(modules, '.package-lock.json'), 'utf8')))
    const from = packages['node_modules/quorate']?.resolved ?? ''
    if (!from.startsWith('file:')) return undefined
    const tarball = resolve(dirname(modules), from.slice('file:'.length))
    return existsSync(tarball) ? tarball : undefined
  } catch {
    return undefined
  }
}
