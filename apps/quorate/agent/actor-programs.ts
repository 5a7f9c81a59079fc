/** How an agent starts actors: as `quorate run` does, with the settings that the agent was given. */

import { hubUrlFor, type ProgramOf } from '../../../control/agent/index.js'
import { readAddressOf } from '../../../control/metrics/index.js'
import { discoveryOf } from '../../../runtime/index.js'
import { actorProgram } from '../launch.js'
import { hubIn } from '../settings/hub.js'
import type { SettingsInForce } from '../settings/in-force.js'
import { insecureIn } from '../settings/insecure.js'
import { interfaceOf } from '../settings/interface.js'
import { known } from '../settings/known.js'

/**
 * @param data the folder of the agent. @throws CommandFailure, DiscoveryError for settings that make no
 * sense.
 */
export function actorPrograms(settings: SettingsInForce, data: string): ProgramOf {
  const discovery = settings.of(known.discovery)
  discoveryOf(discovery, interfaceOf(settings))
  const shared = {
    discovery,
    // Where none is named, each app has its own.
    interface: settings.of(known.interface),
    directoryPort: 0,
    keys: settings.of(known.keys),
    insecure: insecureIn(settings),
    seats: settings.of(known.seats),
    logLevel: settings.of(known.logLevel),
    rpc: '',
    rpcHost: settings.of(known.rpcHost),
  }
  const hub = hubIn(settings)
  return ({ id, module, spec: { actor, params, metrics, seats }, line }) => {
    const redis = readAddressOf(metrics)
    const reporting = redis && { metrics: { ...redis, key: id } }
    const commanded = hub && { hub: { ...hub, url: hubUrlFor(hub.url, data), instance: id } }
    const seated = seats !== undefined && { seats }
    return actorProgram({
      ...shared,
      appFile: module,
      actor,
      params,
      line,
      ...seated,
      ...reporting,
      ...commanded,
    })
  }
}
