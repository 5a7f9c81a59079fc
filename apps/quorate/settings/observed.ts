/** Where a command looks for actors, and with which keys, as its settings say. */
import type { ObservatoryOptions } from '../observatory.js'
import { complain } from '../terminal.js'
import type { SettingsInForce } from './in-force.js'
import { interfacesOf } from './interface.js'
import { known } from './known.js'

type Observed = Required<Pick<ObservatoryOptions, 'discovery' | 'interfaces' | 'keys' | 'app' | 'notice'>>

/** @throws CommandFailure for a setting that makes no sense; whatever interfacesOf() throws. */
export function observedBy(settings: SettingsInForce): Observed {
  return {
    discovery: settings.of(known.discovery),
    interfaces: interfacesOf(settings),
    keys: settings.of(known.keys),
    app: settings.of(known.app) || undefined,
    notice: (what, text) => complain(`${what}: ${text}`),
  }
}
