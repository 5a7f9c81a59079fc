/** The network interface that the settings mean, and why that one. */
import {
  chooseInterface,
  DiscoveryError,
  type InterfaceChoice,
  listInterfaces,
  loopbackInterface,
  type ReadInterfaces,
} from '../../../discovery/index.js'
import { type AppDefinition, type OwnInterface, ownInterface, seatsIn } from '../../../runtime/index.js'
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
  if (loopback) return `the only one there is${only}`
  const others = all.filter((each) => each.name !== name).map((each) => `${each.name} (${each.address})`)
  const there = others.length > 0 ? `; there are also ${others.join(', ')}` : ''
  return `that of the LAN, as none is named${there}`
}

/** That of the actors of an app to be started, and what is to be told of it. @throws as interfaceOf(). */
export function interfaceOfApp(app: AppDefinition, settings: SettingsInForce): OwnInterface {
  if (settings.of(known.interface)) return { choice: interfaceOf(settings), told: undefined }
  return ownInterface(app, '', seatsIn(settings.of(known.seats)))
}

/**
 * Where to look for actors: on the interface that is named; else wherever actors are that were told of none,
 * on that of the LAN and on the loopback.
 */
export function interfacesOf(settings: SettingsInForce, read?: ReadInterfaces): readonly InterfaceChoice[] {
  return withLoopback(settings.of(known.interface), interfaceOf(settings, read), read)
}

/** As `interfacesOf()`, for what was asked for in words. @throws DiscoveryError `no-interface`. */
export function interfacesNamed(wanted: string): readonly InterfaceChoice[] {
  return withLoopback(wanted, chooseInterface(wanted))
}

function withLoopback(wanted: string, choice: InterfaceChoice, read?: ReadInterfaces): InterfaceChoice[] {
  const loopback = wanted || choice.loopback ? undefined : loopbackInterface(read)
  return loopback ? [choice, loopback] : [choice]
}

/** `eth0 (10.0.0.5) and lo (127.0.0.1)`. */
export function interfacesShown(choices: readonly InterfaceChoice[]): string {
  return choices.map(({ name, address }) => `${name} (${address})`).join(' and ')
}
