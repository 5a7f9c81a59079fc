/** Whether actors are to run without keys, as the settings say it. */
import type { SettingsInForce } from './in-force.js'
import { known } from './known.js'

/** As `insecure` of `startActor()` takes it. */
export function insecureIn(settings: SettingsInForce): boolean | 'network' {
  if (!settings.of(known.insecure)) return false
  return settings.of(known.yesInsecureNetwork) ? 'network' : true
}
