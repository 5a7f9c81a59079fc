/** Values of options, as far as anybody but the user can know them. */
import { networkInterfaces } from 'node:os'
import type { Option } from 'commander'
import { type Candidate, word } from './candidate.js'
import { pathsFrom } from './paths.js'

/** Of options whose values neither they nor their flags tell. */
const KNOWN: Readonly<Record<string, () => Candidate[]>> = {
  '--interface': () => Object.keys(networkInterfaces()).map((name) => word(name)),
  '--discovery': () => [
    word('mdns', 'by multicast'),
    { value: 'static:', kind: 'open', about: 'addresses of directories: host:port,host:port,…' },
  ],
  '--seats': () => [word('all', 'there is no other host')],
  '--log-level': () => ['trace', 'debug', 'info', 'warn', 'error'].map((level) => word(level)),
}

/** What may be given to an option: its choices, `<these|or|those>` of its flags, or paths. */
export async function valuesOf({ long, flags, argChoices }: Option, typed: string): Promise<Candidate[]> {
  if (argChoices) return argChoices.map((choice) => word(choice))
  const known = KNOWN[long ?? '']
  if (known) return known()
  const [, kind = ''] = /[<[]([^>\]]*)[>\]]/.exec(flags) ?? []
  if (kind.includes('|')) return kind.split('|').map((each) => word(each))
  if (kind === 'file' || kind === 'folder') return pathsFrom(typed, kind)
  return []
}
