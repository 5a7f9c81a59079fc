/** Hunts planted bugs one by one, and each with its checkers alone. */
import { type HuntOptions, hunt } from './hunt.js'
import type { PlantedBug } from './planted.js'
import { runScripts } from './scripts.js'
import { size } from './shrink.js'

export interface Hunted {
  readonly name: string
  readonly breaks: string
  /** The first seed that finds it: from 1 on, how many seeds it takes. Undefined where chance does not. */
  readonly seed: number | undefined
  readonly checker: string | undefined
  readonly violation: string | undefined
  /** Events from outside in the story, and in the smallest one of the same violation. */
  readonly events: number | undefined
  readonly shrunkTo: number | undefined
  /** Seeds that checkers take alone; of each checker the first bug that it finds so. */
  readonly alone: Readonly<Record<string, number | undefined>>
  /** Scripts that fail with it. */
  readonly scripts: readonly string[]
}

export interface HuntedOptions extends HuntOptions {
  /** Checkers that are to be tried alone, where they may find the bug. */
  readonly alone: ReadonlySet<string>
  readonly tell: (line: string) => void
}

export async function hunted(bug: PlantedBug, options: HuntedOptions): Promise<Hunted> {
  const { tell } = options
  const found = await hunt(bug, options)
  const small = found?.shrunk()
  const alone: Record<string, number | undefined> = {}
  for (const only of bug.finders.filter((finder) => options.alone.has(finder))) {
    alone[only] = (await hunt(bug, { ...options, only }))?.seed
  }
  const scripts = await runScripts(bug.name, bug.patch)
  const failing = scripts.filter(({ failure }) => failure !== undefined).map(({ name }) => name)
  const { violation } = found?.story ?? {}
  const [before, after] = [found, small].map((each) => each && size(each.story.plan))
  if (small) {
    tell(`${bug.name}: seed ${found?.seed}, ${violation?.checker}, ${before} events, shrunk to ${after}`)
    tell(`  ${small.story.violation?.message.slice(0, 200)}`)
  } else tell(`${bug.name}: not found by seeds up to ${options.to}`)
  if (failing.length > 0) tell(`  shown by ${failing.join(', ')}`)
  return {
    name: bug.name,
    breaks: bug.breaks,
    seed: found?.seed,
    checker: violation?.checker,
    violation: small?.story.violation?.message.slice(0, 300),
    events: before,
    shrunkTo: after,
    alone,
    scripts: failing,
  }
}
