/**
 * Whether the groups of which seats are said to be here are groups of the app. An option is for this app
 * alone; a variable, or a file, may be for several, so there it is only told where nothing in it is of this
 * one.
 */
import { type AppDefinition, seatsIn } from '../../runtime/index.js'
import { usage } from './failure.js'
import type { SettingsInForce } from './settings/in-force.js'
import { known } from './settings/known.js'
import { complain } from './terminal.js'

/** @throws CommandFailure where the option names a group that is of no type of the app. */
export function requireSeatsOf(app: AppDefinition, settings: SettingsInForce): void {
  const here = seatsIn(settings.of(known.seats))
  if (typeof here !== 'object' || Array.isArray(here)) return
  const names = Object.keys(here)
  const unknown = names.filter((name) => !Object.hasOwn(app.groups, typeOf(name)))
  const [first] = unknown
  if (first === undefined) return
  const { kind, subject } = settings.sourceOf(known.seats)
  const elect = Object.keys(app.groups).filter((name) => app.groups[name]?.quorum !== undefined)
  const there = elect.length > 0 ? `those with seats are ${elect.join(', ')}` : 'none of its groups has seats'
  const text = `${subject} names ${first}, and ${app.name} has no group type ${typeOf(first)}; ${there}`
  if (kind === 'flag') throw usage(text)
  if (unknown.length === names.length && elect.length > 0) complain(text)
}

/** `Cell` of `Cell.north`. */
function typeOf(name: string): string {
  return name.split('.', 1)[0] ?? name
}
