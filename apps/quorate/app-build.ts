/**
 * How esbuild makes one module of an app file and the sources that it imports. What becomes of packages, and
 * of the places of files, its callers say by plugins.
 */
import { readFile } from 'node:fs/promises'
import { dirname, extname } from 'node:path'
import type { BuildFailure, Loader, Metafile, Plugin, PluginBuild } from 'esbuild'
import { messageOf } from '../../ports/index.js'
import { CommandFailure, exitCodes } from './failure.js'

export const LOADERS: Readonly<Record<string, Loader>> = {
  '.ts': 'ts',
  '.mts': 'ts',
  '.tsx': 'tsx',
  '.js': 'js',
  '.mjs': 'js',
  '.jsx': 'jsx',
}

/** Marks what a plugin itself has esbuild resolve. */
export const INNER = Symbol('asked by the plugin itself')

export interface AppBuild {
  /** Code that stands before all other. Files written as CommonJS call the `require` that it makes. */
  readonly banner: string
  /** What the places of sources in stacks begin with; '' for where the module is. */
  readonly sourceRoot: string
  readonly plugins: readonly Plugin[]
}

/** The module of an app file; its folder is that of the file. @throws CommandFailure */
export async function buildApp(
  path: string,
  { banner, sourceRoot, plugins }: AppBuild,
): Promise<{ readonly code: string; readonly metafile: Metafile }> {
  const esbuild = await import('esbuild')
  try {
    const { outputFiles, metafile } = await esbuild.build({
      entryPoints: [path],
      bundle: true,
      write: false,
      metafile: true,
      platform: 'node',
      format: 'esm',
      target: 'node20',
      // esbuild gives no name of the app's own the same.
      banner: { js: banner },
      sourcemap: 'inline',
      sourceRoot,
      absWorkingDir: dirname(path),
      logLevel: 'silent',
      // Packages run in plain Node, which does not know the condition `module`.
      conditions: [],
      mainFields: ['main'],
      plugins: [...plugins],
    })
    return { code: outputFiles[0]?.text ?? '', metafile }
  } catch (error) {
    throw new CommandFailure(exitCodes.failure, `${path} does not compile: ${firstLine(error)}`)
  } finally {
    // Else its process stays for as long as the launcher.
    await esbuild.stop()
  }
}

/** JavaScript in place of `import.meta.url` and its like. */
export interface Places {
  readonly url: string
  readonly filename: string
  readonly dirname: string
}

/** Has sources say by these expressions where they are. */
export function sourcesWith(name: string, placesOf: (path: string) => Places): Plugin {
  return {
    name,
    setup(build: PluginBuild) {
      build.onLoad({ filter: /\.[mc]?[jt]sx?$/ }, async ({ path }) => {
        const loader = LOADERS[extname(path)]
        if (!loader) return undefined
        const source = await readFile(path, 'utf8')
        const { url, filename, dirname } = placesOf(path)
        const contents = source
          .replaceAll(/\bimport\.meta\.url\b/g, () => url)
          .replaceAll(/\bimport\.meta\.filename\b/g, () => filename)
          .replaceAll(/\bimport\.meta\.dirname\b/g, () => dirname)
        return { contents, loader }
      })
    },
  }
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
