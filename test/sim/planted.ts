/** Bugs that are planted into the core, or into the simulated world, one at a time: each is found. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Patch, parsePatch } from './patch.js'

export interface PlantedBug {
  readonly name: string
  readonly breaks: string
  /** Checkers that may find it. */
  readonly finders: readonly string[]
  /** The scripts that show it, where chance does not find it. */
  readonly scripts: readonly string[]
  /** Sizes of groups in which it shows; without, all are drawn. */
  readonly quorum: number | undefined
  readonly patch: Patch
}

const folder = join(import.meta.dirname, 'planted')

/** All of them, in the order of their names. @throws where one cannot be read. */
export function plantedBugs(): PlantedBug[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.patch'))
    .sort()
    .map(readBug)
}

function readBug(file: string): PlantedBug {
  const patch = parsePatch(file, readFileSync(join(folder, file), 'utf8'))
  const heading = (key: string): string | undefined =>
    patch.heading.find((line) => line.startsWith(`${key}: `))?.slice(key.length + 2)
  const listed = (key: string): string[] => heading(key)?.split(', ') ?? []
  const breaks = heading('breaks')
  if (breaks === undefined) throw new Error(`${file} does not say what it breaks`)
  const quorum = heading('quorum')
  return {
    name: file.slice(0, -'.patch'.length),
    breaks,
    finders: listed('found by'),
    scripts: listed('shown by'),
    quorum: quorum === undefined ? undefined : Number(quorum),
    patch,
  }
}
