/**
 * Makes one plain JavaScript module of an app file and the files it imports, whatever they are written in.
 * Packages are not bundled: they are imported from where the app would find them, and `quorate` from the
 * launcher itself, which the app needs not have installed.
 */
import { existsSync, realpathSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, extname, isAbsolute, join, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type { Plugin, PluginBuild } from 'esbuild'
import { messageOf } from '../../ports/index.js'
import { buildApp, INNER, LOADERS, sourcesWith } from './app-build.js'
import { requireAppFile } from './app-file.js'
import { cacheFolder, digest, findCompiled, keepCompiled, requirePrivate } from './cache.js'
import { CommandFailure, exitCodes, usage } from './failure.js'

/** What apps import as `quorate`. */
const OWN_QUORATE = fileURLToPath(new URL('../../runtime/index.js', import.meta.url))
/** The modules of the package that apps may import, by name. */
const OWN: ReadonlyMap<string, string> = new Map([
  ['quorate', OWN_QUORATE],
  ['quorate/communicator', fileURLToPath(new URL('../../communicator/index.js', import.meta.url))],
  ['quorate/control', fileURLToPath(new URL('../../control/index.js', import.meta.url))],
  ['quorate/plug', fileURLToPath(new URL('../../ports/thread-index.js', import.meta.url))],
])
/** Grows when the same sources compile to something else. */
const FORM = 5

/**
 * The path of a module that plain Node runs. @throws CommandFailure where the file is missing or does not
 * compile.
 * @param command that was called, for advice.
 */
export async function compileApp(appFile: string, command = 'run'): Promise<string> {
  const path = resolve(appFile)
  await requireAppFile(appFile)
  if (!(extname(path) in LOADERS)) throw usage(`${appFile} is no TypeScript or JavaScript file`)
  requireOneQuorate(appFile, dirname(path), command)
  const folder = cacheFolder()
  await requirePrivate(folder).catch(fail)
  const key = digest(`${FORM}\n${path}\n${OWN_QUORATE}\n${process.versions.node}`)
  return (await findCompiled(folder, key)) ?? (await compileAnew(path, folder, key))
}

/**
 * Classes of one quorate are none of another's. The same one may be there under several names: `npm link`
 * makes links. @throws CommandFailure where the app has another one.
 */
function requireOneQuorate(appFile: string, folder: string, command: string): void {
  const found = findPackage('quorate', folder)
  if (found && realPathOf(found) !== realPathOf(OWN_QUORATE)) {
    throw usage(
      `${appFile} has a quorate of its own, at ${dirname(found)}; call that one: npx quorate ${command} …`,
    )
  }
}

function findPackage(name: string, folder: string): string | undefined {
  try {
    return createRequire(join(folder, 'app.js')).resolve(name)
  } catch {
    return undefined
  }
}

function realPathOf(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    return path
  }
}

function fail(error: unknown): never {
  throw new CommandFailure(exitCodes.failure, messageOf(error))
}

async function compileAnew(path: string, folder: string, key: string): Promise<string> {
  const readMs = Date.now()
  const { code, inputs } = await bundle(path)
  try {
    return await keepCompiled(folder, key, code, inputs, readMs)
  } catch (error) {
    return fail(
      `what ${path} compiles to cannot be kept: ${messageOf(error)}; ` +
        'set XDG_CACHE_HOME to a folder that you can write',
    )
  }
}

async function bundle(path: string): Promise<{ code: string; inputs: string[] }> {
  const { code, metafile } = await buildApp(path, {
    banner: requireFrom(path),
    // The module lies in the cache; stacks are to name the sources where they are.
    sourceRoot: `${pathToFileURL(dirname(path)).href}/`,
    plugins: [packagesStayOutside, filesKeepTheirPlace],
  })
  const inputs = Object.keys(metafile.inputs).map((input) => resolve(dirname(path), input))
  // A package that moved, or is another now, is imported from elsewhere.
  const packages = Object.values(metafile.outputs)
    .flatMap(({ imports }) => imports)
    .flatMap(({ path: target, external }) => (external ? pathOf(target) : []))
  return { code, inputs: [...inputs, ...new Set(packages), ...settingsOf(dirname(path))] }
}

/** The nearest tsconfig.json, which esbuild heeds; none where there is none. */
function settingsOf(folder: string): string[] {
  const file = join(folder, 'tsconfig.json')
  if (existsSync(file)) return [file]
  return dirname(folder) === folder ? [] : settingsOf(dirname(folder))
}

function requireFrom(path: string): string {
  const from = JSON.stringify(pathToFileURL(path).href)
  return `import { createRequire as requireFrom_ } from 'node:module'; const require = requireFrom_(${from});`
}

/** The file that an import of a package leads to; none for a module of Node. */
function pathOf(target: string): string[] {
  if (target.startsWith('file:')) return [fileURLToPath(target)]
  return isAbsolute(target) ? [target] : []
}

const packagesStayOutside: Plugin = {
  name: 'packages stay outside',
  setup(build: PluginBuild) {
    build.onResolve({ filter: /^[^./]/ }, async ({ path, kind, resolveDir, pluginData }) => {
      if (pluginData === INNER || kind === 'entry-point' || path.startsWith('node:')) return undefined
      // import takes URLs, require takes paths.
      const outside = (file: string) => ({
        path: kind.startsWith('require') ? file : pathToFileURL(file).href,
        external: true,
      })
      const own = OWN.get(path)
      if (own) return outside(own)
      const found = await build.resolve(path, { resolveDir, kind, pluginData: INNER })
      // What paths of a tsconfig lead to is the app's own source.
      if (found.errors.length > 0 || found.external || !found.path.includes('node_modules')) return found
      return outside(found.path)
    })
  },
}

/** `import.meta.url` and its like stay those of the source file. */
const filesKeepTheirPlace = sourcesWith('files keep their place', (path) => ({
  url: JSON.stringify(pathToFileURL(path).href),
  filename: JSON.stringify(path),
  dirname: JSON.stringify(dirname(path)),
}))
