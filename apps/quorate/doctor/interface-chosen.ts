/** Which network interfaces are there, which one do actors use, and why that one? */
import { chooseInterface, type InterfaceChoice, listInterfaces } from '../../../discovery/index.js'
import { lineOf } from '../failure.js'
import { type Finding, fail, ok, type Probe, warn } from './finding.js'

/** The verdict on what was asked for ('' for nothing), with the reason in words. */
export function judgeChoice(
  wanted: string,
  all: readonly InterfaceChoice[],
  choose: (wanted: string) => InterfaceChoice,
): Finding {
  let choice: InterfaceChoice
  try {
    choice = choose(wanted)
  } catch (error) {
    return fail(
      lineOf(error),
      'name one of those there are with --interface; quorate config --explain tells who named this one',
    )
  }
  const where = `${choice.name} (${choice.address})`
  const others = all.filter(({ name, loopback }) => !loopback && name !== choice.name)
  const list = [...new Set(others.map(({ name, address }) => `${name} (${address})`))].join(', ')
  const alternatives = list ? `; there are also ${list}` : ''
  if (wanted) {
    const only = choice.loopback ? ': actors of this host only' : ''
    return ok(`${where}, as asked for${only}${alternatives}`)
  }
  if (!choice.loopback) return ok(`${where}, that of the LAN, as none is named${alternatives}`)
  return warn(
    `${where}, the only one there is: actors of this host only`,
    'to reach others, bring up another',
  )
}

export const interfaceChosen: Probe = {
  name: 'interface',
  async run({ interface: wanted }) {
    const all = listInterfaces()
    const findings = [judgeChoice(wanted, all, chooseInterface)]
    const sameLink = all.filter(({ name }) => name === nameOf(wanted))
    if (sameLink.length > 1) {
      const addresses = sameLink.map(({ address }) => address).join(', ')
      findings.push(warn(`it has several addresses: ${addresses}`, 'choose one: --interface <address>'))
    }
    return findings
  },
}

function nameOf(wanted: string): string | undefined {
  try {
    return wanted ? chooseInterface(wanted).name : undefined
  } catch {
    return undefined
  }
}
