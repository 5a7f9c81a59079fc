/** A link within one thread: for tests, and for `quorate/testing`. */
import type { OpenGroupLink } from '../link.js'
import { GroupDriver } from './driver.js'
import type { DriverOptions } from './options.js'

/** Events come in a later turn of the event loop than the command that caused them. */
export function directLink(options: Omit<DriverOptions, 'on'>): OpenGroupLink {
  return (on) => {
    const driver = new GroupDriver({ ...options, on })
    return {
      send: (command) => driver.take(command),
      close: () => driver.close(),
    }
  }
}
