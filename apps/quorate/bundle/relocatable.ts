/**
 * An app's sources as one module that runs wherever its bundle lies: places are told from the module's own,
 * packages are imported by their paths in the bundle, and `quorate` by its name, which is the host's.
 */
import { dirname, posix, relative, resolve, sep } from 'node:path'
import type { Metafile, Plugin, PluginBuild } from 'esbuild'
import { buildApp, INNER, sourcesWith } from '../app-build.js'

/** An import of a package. */
export interface PackageImport {
  /** The folder of the source that it stands in. */
  readonly from: string
  /** The name of the package, the folder that it lies in, and the file of it that is meant. */
  readonly name: string
  readonly folder: string
  readonly file: string
}

const BANNER =
  "import { createRequire as requireFrom_ } from 'node:module'\n" +
  'const require = requireFrom_(import.meta.url)'

export interface Relocatable {
  readonly code: string
  /** The files that it was made of. */
  readonly sources: readonly string[]
  readonly imports: readonly PackageImport[]
}

/**
 * Compiles an app file. @param pathOf where the file of an import is, from the module.
 * @throws CommandFailure
 */
export async function compileRelocatable(
  appFile: string,
  pathOf: (each: PackageImport) => string,
): Promise<Relocatable> {
  const imports: PackageImport[] = []
  const folder = dirname(appFile)
  const { code, metafile } = await buildApp(appFile, {
    banner: BANNER,
    sourceRoot: '',
    plugins: [
      packagesBesideIt((each) => {
        imports.push(each)
        return pathOf(each)
      }),
      sourcesWith('files have their place in the bundle', (path) => placesFrom(folder, path)),
    ],
  })
  return { code, sources: sourcesIn(metafile, folder), imports }
}

function sourcesIn({ inputs }: Metafile, folder: string): string[] {
  return Object.keys(inputs).map((input) => resolve(folder, input))
}

function packagesBesideIt(pathOf: (each: PackageImport) => string): Plugin {
  return {
    name: 'packages are beside it',
    setup(build: PluginBuild) {
      build.onResolve({ filter: /^[^./]/ }, async ({ path, kind, resolveDir, pluginData }) => {
        if (pluginData === INNER || kind === 'entry-point' || path.startsWith('node:')) return undefined
        if (path === 'quorate' || path.startsWith('quorate/')) return { path, external: true }
        const found = await build.resolve(path, { resolveDir, kind, pluginData: INNER })
        const owner = ownerOf(found.path)
        // What paths of a tsconfig, or links of a workspace, lead to is the app's own source.
        if (found.errors.length > 0 || found.external || !owner) return found
        const target = pathOf({ from: resolveDir, ...owner, file: found.path })
        // import takes URLs, require takes paths.
        return { path: kind.startsWith('require') ? target : urlOf(target), external: true }
      })
    },
  }
}

/** The package that a file is of: the innermost. */
function ownerOf(file: string): Pick<PackageImport, 'name' | 'folder'> | undefined {
  const parts = file.split(sep)
  const at = parts.lastIndexOf('node_modules')
  if (at === -1) return undefined
  const length = parts[at + 1]?.startsWith('@') ? 2 : 1
  const name = parts.slice(at + 1, at + 1 + length).join('/')
  return { name, folder: parts.slice(0, at + 1 + length).join(sep) }
}

function placesFrom(folder: string, path: string): { url: string; filename: string; dirname: string } {
  const place = relative(folder, path).split(sep).join('/')
  const within = JSON.stringify(`/${place}`)
  return {
    url: `new URL(${JSON.stringify(urlOf(`./${place}`))}, import.meta.url).href`,
    filename: `(import.meta.dirname + ${within})`,
    dirname: `(import.meta.dirname + ${JSON.stringify(`/${posix.dirname(place)}`)})`,
  }
}

function urlOf(path: string): string {
  return encodeURI(path).replace(/[?#]/g, encodeURIComponent)
}
