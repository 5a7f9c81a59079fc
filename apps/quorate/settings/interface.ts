/** The network interface that the settings mean, and why that one. */
import {
  chooseInterface,
  DiscoveryError,
  type InterfaceChoice,
  listInterfaces,
  type ReadInterfaces,
} from '../../../discovery/index.js'
import { CommandFailure, exitCodes, lineOf } from '../failure.js'
import type { SettingsInForce } from './in-force.js'
import { known } from './known.js'

/** @throws CommandFailure where there is none of this name, which says where the name was given. */
export function interfaceOf(settings: SettingsInForce, read?: ReadInterfaces): InterfaceChoice {
  const wanted = settings.of(known.interface)
  try {
    return chooseInterface(wanted, read)
  } catch (error) {
    if (!(error instanceof DiscoveryError) || wanted === '') throw error
    const { subject } = settings.sourceOf(known.interface)
    throw new CommandFailure(exitCodes.usage, `${subject}: ${lineOf(error)}`)
  }
}

/** Why this interface and no other. */
export function whyInterface(wanted: string, choice: InterfaceChoice, read?: ReadInterfaces): string {
  const { name, address, loopback } = choice
  const only = loopback ? ': actors of this host only' : ''
  if (wanted === address && wanted !== name) return `the address of ${name}${only}`
  const all = listInterfaces(read)
  if (wanted) {
    const addresses = all.filter((each) => each.name === name)
    const first = addresses.length > 1 ? `, the first of ${addresses.length}; give the address instead` : ''
    return `${name} has the address ${address}${first}${only}`
  }
  const others = all.filter((each) => !each.loopback).map((each) => `${each.name} (${each.address})`)
  const there = others.length > 0 ? `; there are also ${others.join(', ')}` : ''
  return `the loopback: until keys are in, nothing leaves this host unless an interface is named${there}`
}
