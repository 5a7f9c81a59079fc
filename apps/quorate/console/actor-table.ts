/** The actors and devices that a console finds, as a table: who, where, and whether it may command them. */
import type { FoundDevice } from '../../../control/index.js'
import { versionedApp } from '../actor-list.js'
import { doorAddress, doorsText } from '../doors-text.js'
import type { Sighting } from '../observatory.js'
import { cutTo, lineOfRow, widthsOf } from '../table.js'
import { harmless } from '../terminal.js'
import { doorHere } from './door-here.js'

const HEADINGS = ['actor', 'id', 'app', 'host', 'keys', 'commands']

/** What was found on the network. */
export interface Found {
  readonly actors: readonly Sighting[]
  readonly devices: readonly FoundDevice[]
}

/** A row each below headings, in so many columns at most. */
export function actorTable({ actors, devices }: Found, columns: number): string[] {
  const ofDevices = devices.map((device) => {
    return [device.name, '', 'device', device.host, 'no', `at ${doorAddress(device)}`]
  })
  const rows = [HEADINGS, ...[...actors.map(rowOf), ...ofDevices].map((row) => row.map(harmless))]
  const widths = widthsOf(rows, columns)
  return rows.map((row) => cutTo(lineOfRow(row, widths), columns))
}

function rowOf(sighting: Sighting): string[] {
  const { record, status, host, hasKeys } = sighting
  const app = status ? versionedApp(status) : (record?.app ?? '')
  // The whole id: by it one of several that have the same name is used.
  return [record?.actor ?? '?', record?.id ?? '', app, host, hasKeys ? 'yes' : 'no', commandsOf(sighting)]
}

function commandsOf(sighting: Sighting): string {
  const { status, why } = sighting
  const door = doorHere(sighting)
  if (door) return `${door.locked ? 'as an operator' : 'in clear text'} at ${doorAddress(door)}`
  const others = doorsText(status?.doors)
  if (others !== '') return `not from here: ${others}`
  return why || (status ? 'takes none' : 'does not answer')
}
