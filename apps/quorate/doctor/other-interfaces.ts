/** Are there actors on interfaces other than the chosen one? Asked only where --all-interfaces says so. */
import { type InterfaceChoice, listInterfaces } from '../../../discovery/index.js'
import { commandLimits } from '../limits.js'
import { lookOnce, type Sighting } from '../observatory.js'
import { interfacesNamed, interfacesShown } from '../settings/interface.js'
import { type Finding, fail, ok, type Probe, warn } from './finding.js'
import { shortNameOf } from './sighting-name.js'

export const otherInterfaces: Probe = {
  name: 'others',
  async run(context) {
    if (!context.allInterfaces || context.discovery !== 'mdns') return []
    const { keys } = context
    const looked = interfacesNamed(context.interface)
    const here = await context.sightingsIfAny()
    const others = listInterfaces().filter(({ name }) => !looked.some((each) => each.name === name))
    const lookOn = (choice: InterfaceChoice) =>
      lookOnce({ discovery: 'mdns', interfaces: [choice], keys }, commandLimits.doctorOthersQuietMs)
    const seen = await Promise.all(others.map(async (other) => ({ other, there: await lookOn(other) })))
    return judgeOthers(interfacesShown(looked), here, seen)
  },
}

interface SeenElsewhere {
  readonly other: InterfaceChoice
  readonly there: readonly Sighting[]
}

/** The verdict on actors that only other interfaces have. */
export function judgeOthers(
  looked: string,
  here: readonly Sighting[],
  seen: readonly SeenElsewhere[],
): Finding[] {
  const known = new Set(here.map(({ record }) => record?.id))
  const findings = seen.flatMap(({ other, there }) => {
    const strangers = there.flatMap(({ record }) => (record && !known.has(record.id) ? record : []))
    if (strangers.length === 0) return []
    const names = strangers.map(shortNameOf).join(', ')
    const found = `on ${other.name} (${other.address}), but not on ${looked}, there are ${names}`
    return [(here.length === 0 ? fail : warn)(found, `to be with them, use --interface ${other.name}`)]
  })
  return findings.length > 0 ? findings : [ok('no other interface has actors that this one has not')]
}
