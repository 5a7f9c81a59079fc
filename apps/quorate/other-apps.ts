/** What is said of an app that is looked for, where actors of others may be there instead. */
import { commandLimits } from './limits.js'
import type { Source } from './settings/in-force.js'
import { harmless } from './terminal.js'

/** An app, with the place that names it where that is not the command line: it may be forgotten. */
export function appNamed(app: string, { kind, where }: Pick<Source, 'kind' | 'where'>): string {
  return kind === 'environment' || kind === 'file' ? `${app} (${where})` : app
}

/** That there are only actors of other apps; some of these apps, where they are very many. */
export function noneOf(app: string, others: readonly string[]): string {
  const { appsTold } = commandLimits
  const told = others.slice(0, appsTold).map(harmless).join(', ')
  const more = others.length > appsTold ? ', …' : ''
  return `no actor of ${app} was found; there ${others.length > 1 ? 'are' : 'is'} ${told}${more}`
}
