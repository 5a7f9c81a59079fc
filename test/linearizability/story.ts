/** Tells a misfit: what fits, in its order, and what does not. */
import type { FirstMisfit } from './check.js'
import type { Operation } from './history.js'

/** Operations that are shown of those that fit; the last ones say most. */
const SHOWN = 12

export function storyOf(where: string, { culprit, checked }: FirstMisfit): string {
  const { placed, stuck, state } = checked
  const left = placed.length - SHOWN
  return [
    `${where} does not fit`,
    ...(culprit ? [`  it did until: ${toldOf(culprit)}`] : []),
    `  the longest order that fits (${placed.length}):`,
    ...(left > 0 ? [`    … ${left} before`] : []),
    ...placed.slice(-SHOWN).map((each) => `    ${toldOf(each)}`),
    `  then: ${state}`,
    '  and none of these can be next:',
    ...stuck.slice(0, SHOWN).map((each) => `    ${toldOf(each)}`),
  ].join('\n')
}

/** One operation in a line. */
export function toldOf(operation: Operation): string {
  const { process, ms, endedAt, invokedAt } = operation
  const isOpen = endedAt === Number.POSITIVE_INFINITY
  const span = isOpen
    ? `${round(ms)} …`
    : endedAt === invokedAt
      ? round(ms)
      : `${round(ms)} (${invokedAt}–${endedAt})`
  return `${span} ${process} ${didOf(operation)}${isOpen ? ', and was not answered' : ''}`
}

function didOf({ call }: Operation): string {
  switch (call.f) {
    case 'set':
      return call.value === null ? `deletes ${call.key}` : `sets ${call.key} to ${call.value}`
    case 'get':
      return call.value === null ? `reads no ${call.key}` : `reads ${call.key} as ${call.value}`
    case 'send':
      return `sends ${call.message}`
    case 'deliver':
      return `handles ${call.message}`
    case 'poll':
      return `asks for the poll ${call.poll}`
    case 'vote':
      return `votes ${call.choice} on ${call.poll}`
    case 'outcome':
      return `hears that ${call.poll} ended: ${call.outcome}`
    case 'missed':
      return 'hears that it missed messages'
    case 'lost':
      return 'hears that history was lost'
  }
}

function round(ms: number): string {
  return ms.toFixed(1)
}
