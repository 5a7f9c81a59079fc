/** Makes a plain module of the simulation, with a patch or as it is; the files of the project stay. */
import { mkdirSync, readFileSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build, type Plugin } from 'esbuild'
import { applyHunks, type Patch } from './patch.js'

const root = join(import.meta.dirname, '..', '..')
const cache = join(root, 'node_modules', '.cache', 'quorate-sim')

export type Simulation = typeof import('./simulation.js')

/** @param name of the file that is made. @throws PatchError where the patch does not apply. */
export async function compiled(name: string, entry: string, patch?: Patch): Promise<string> {
  const outfile = join(cache, `${name}.mjs`)
  mkdirSync(cache, { recursive: true })
  const { metafile } = await build({
    entryPoints: [join(import.meta.dirname, entry)],
    outfile,
    bundle: true,
    metafile: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    packages: 'external',
    logLevel: 'silent',
    absWorkingDir: root,
    plugins: patch ? [patched(name, patch)] : [],
  })
  for (const path of patch?.files.keys() ?? []) {
    if (!(path in metafile.inputs)) throw new Error(`${name} changes ${path}, which is not simulated`)
  }
  return outfile
}

export async function simulationWith(name: string, patch?: Patch): Promise<Simulation> {
  const file = await compiled(name, 'simulation.ts', patch)
  const simulation: Simulation = await import(pathToFileURL(file).href)
  return simulation
}

function patched(name: string, patch: Patch): Plugin {
  return {
    name: 'planted-bug',
    setup: ({ onLoad }) => {
      onLoad({ filter: /\.ts$/ }, ({ path }) => {
        const inProject = relative(root, path).split(sep).join('/')
        const hunks = patch.files.get(inProject)
        if (!hunks) return undefined
        return {
          contents: applyHunks(`${name}: ${inProject}`, readFileSync(path, 'utf8'), hunks),
          loader: 'ts',
        }
      })
    },
  }
}
