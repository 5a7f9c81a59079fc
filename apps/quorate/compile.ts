/**
 * Makes one plain JavaScript module of an app file and the files it imports, whatever they are written in.
 * Packages are not bundled: they are imported from where the app would find them, and `quorate` from the
 * launcher itself, which the app needs not have installed.
 */
import { existsSync, realpathSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, extname, isAbsolute, join, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type { BuildFailure, Loader, Plugin, PluginBuild } from 'esbuild'
import { messageOf } from '../../ports/index.js'
import { requireAppFile } from './app-file.js'
import { cacheFolder, digest, findCompiled, keepCompiled, requirePrivate } from './cache.js'
import { CommandFailure, exitCodes, usage } from './failure.js'

/** What apps import as `quorate`. */
const OWN_QUORATE = fileURLToPath(new URL('../../runtime/index.js', import.meta.url))
/** The modules of the package that apps may import, by name. */
const OWN: ReadonlyMap<string, string> = new Map([
  ['quorate', OWN_QUORATE],
  ['quorate/control', fileURLToPath(new URL('../../control/index.js', import.meta.url))],
  ['quorate/plug', fileURLToPath(new URL('../../ports/thread-index.js', import.meta.url))],
])
/** Grows when the same sources compile to something else. */
const FORM = 4
const LOADERS: Readonly<Record<string, Loader>> = {
  '.ts': 'ts',
  '.mts': 'ts',
  '.tsx': 'tsx',
  '.js': 'js',
  '.mjs': 'js',
  '.jsx': 'jsx',
}

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
  const esbuild = await import('esbuild')
  try {
    const result = await esbuild.build({
      entryPoints: [path],
      bundle: true,
      write: false,
      metafile: true,
      platform: 'node',
      format: 'esm',
      target: 'node20',
      // Files written as CommonJS call it; esbuild gives no name of the app's own the same.
      banner: { js: requireFrom(path) },
      sourcemap: 'inline',
      // The module lies in the cache; stacks are to name the sources where they are.
      sourceRoot: `${pathToFileURL(dirname(path)).href}/`,
      absWorkingDir: dirname(path),
      logLevel: 'silent',
      // Packages run in plain Node, which does not know the condition `module`.
      conditions: [],
      mainFields: ['main'],
      plugins: [packagesStayOutside, filesKeepTheirPlace],
    })
    const [output] = result.outputFiles
    const inputs = Object.keys(result.metafile.inputs).map((input) => resolve(dirname(path), input))
    // A package that moved, or is another now, is imported from elsewhere.
    const packages = Object.values(result.metafile.outputs)
      .flatMap(({ imports }) => imports)
      .flatMap(({ path: target, external }) => (external ? pathOf(target) : []))
    return {
      code: output?.text ?? '',
      inputs: [...inputs, ...new Set(packages), ...settingsOf(dirname(path))],
    }
  } catch (error) {
    throw new CommandFailure(exitCodes.failure, `${path} does not compile: ${firstLine(error)}`)
  } finally {
    // Else its process stays for as long as the launcher.
    await esbuild.stop()
  }
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

function firstLine(error: unknown): string {
  if (!isBuildFailure(error)) return messageOf(error)
  const [first] = error.errors
  const { location } = first ?? {}
  const where = location ? `${location.file}:${location.line}:${location.column}: ` : ''
  return `${where}${first?.text ?? 'unknown error'}`
}

function isBuildFailure(error: unknown): error is BuildFailure {
  return error instanceof Error && 'errors' in error && Array.isArray(error.errors)
}

const INNER = Symbol('asked by the plugin itself')

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
const filesKeepTheirPlace: Plugin = {
  name: 'files keep their place',
  setup(build: PluginBuild) {
    build.onLoad({ filter: /\.[mc]?[jt]sx?$/ }, async ({ path }) => {
      const loader = LOADERS[extname(path)]
      if (!loader) return undefined
      const source = await readFile(path, 'utf8')
      const contents = source
        .replaceAll(/\bimport\.meta\.url\b/g, () => JSON.stringify(pathToFileURL(path).href))
        .replaceAll(/\bimport\.meta\.filename\b/g, () => JSON.stringify(path))
        .replaceAll(/\bimport\.meta\.dirname\b/g, () => JSON.stringify(dirname(path)))
      return { contents, loader }
    })
  },
}
