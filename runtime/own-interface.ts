/**
 * On which network interface an actor is that nobody told: on that of the LAN. Only an app whose groups elect
 * stays on the loopback until somebody says which of their seats are on this host: on a network it would have
 * no leader, as each host that gave out all seats would have one of its own.
 */
import { chooseInterface, type InterfaceChoice, loopbackInterface } from '../discovery/index.js'
import type { AppDefinition } from './app.js'
import type { SeatsHere } from './groups/group-place.js'

/** The interface of an actor, and what there is to tell of it. */
export interface OwnInterface {
  /** The interface itself. */
  readonly choice: InterfaceChoice
  /** Why it is not what one would think; undefined where it is. */
  readonly told: string | undefined
}

/**
 * The interface of the actors of an app on this host: the one that is wanted, else that of the LAN; but
 * loopback for an app whose groups elect where nobody said which of their seats are here.
 * @param wanted a name, or an IPv4 address; '' and undefined where none was given.
 * @param seats those that are on this host; undefined where nobody said.
 * @throws DiscoveryError `no-interface`.
 */
export function ownInterface(
  app: Pick<AppDefinition, 'name' | 'groups'>,
  wanted: string | undefined,
  seats: SeatsHere | undefined,
  choose: { readonly lan: typeof chooseInterface; readonly loopback: typeof loopbackInterface } = {
    lan: chooseInterface,
    loopback: loopbackInterface,
  },
): OwnInterface {
  const choice = choose.lan(wanted)
  if (wanted) return { choice, told: undefined }
  if (choice.loopback) return { choice, told: `${choice.name} is the only network interface: ${NOBODY_ELSE}` }
  const loopback = choose.loopback()
  const elects = Object.values(app.groups).some(({ quorum }) => quorum !== undefined)
  if (!elects || seats !== undefined || !loopback) return { choice, told: undefined }
  const why = `groups of ${app.name} elect, and nobody said which of their seats are on this host`
  const way = `with --seats it is on ${choice.name} (${choice.address})`
  return { choice: loopback, told: `${why}: it stays on ${loopback.name}; ${way}` }
}

const NOBODY_ELSE = 'no other host is reached'
