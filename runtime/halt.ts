/** The end of what ports do by themselves, while their components are still to be deactivated. */
import { Ins, type Port, SporadicTimer, Timer } from '../ports/index.js'

/** Timers tick no more, and inside ports take nothing in. */
export function haltPorts(ports: readonly Port[]): void {
  for (const port of ports) {
    if (isTimer(port) && port.isOpen) port.halt()
    if (port instanceof Ins) port.deactivate()
  }
}

function isTimer(port: Port): port is Timer | SporadicTimer {
  return port instanceof Timer || port instanceof SporadicTimer
}
