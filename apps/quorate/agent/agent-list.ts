/** How `quorate agents` shows what it met: a row for each agent, an object for programs. */
import type { MetAgent } from '../../../control/nearby/index.js'
import { addressText } from '../../../control/secure/index.js'
import { lineOfRow, widthsOf } from '../table.js'
import { harmless, paint, type Screen } from '../terminal.js'

const HEADINGS = ['name', 'address', 'token', 'version', 'labels']

const TOKEN_SHOWN: Readonly<Record<string, string>> = {
  '': 'known',
  'agent-wrong-token': 'another',
  'agent-unreachable': 'not reached',
  'agent-late': 'not reached',
}

/** For programs: what an agent says itself where it knows the token, else what was announced in its name. */
export function agentSample(met: readonly MetAgent[], t: number): object {
  const agents = met.map(({ address, found, facts, why, text }) => ({
    name: facts?.name ?? found?.name ?? null,
    at: addressText(address),
    ...('atHub' in address ? { host: null, port: null } : { host: address.host, port: address.port }),
    ...{ known: facts !== undefined, why, text },
    labels: facts?.labels ?? found?.labels ?? {},
    version: facts?.version ?? null,
    facts: facts ?? null,
  }))
  return { v: 1, t, agents }
}

export function agentLines(met: readonly MetAgent[], screen: Screen): string[] {
  if (met.length === 0) return []
  const rows = met.map(rowOf)
  const widths = widthsOf([HEADINGS, ...rows], screen.columns)
  return [paint(screen, 'dim', lineOfRow(HEADINGS, widths)), ...rows.map((row) => lineOfRow(row, widths))]
}

function rowOf({ address, found, facts, why }: MetAgent): string[] {
  const { name = '?', labels = {} } = facts ?? found ?? {}
  const told = Object.entries(labels).map(([key, value]) => `${key}=${value}`)
  const token = TOKEN_SHOWN[why] ?? 'no answer'
  return [name, addressText(address), token, facts?.version ?? '', told.join(' ')].map(harmless)
}
