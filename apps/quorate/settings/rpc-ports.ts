/** The setting `rpc`: the TCP ports at which an actor takes commands in clear text. Loads nothing. */

/** Those of auto-trainer-api. */
export const RPC_PORTS = '5556:5557'

/** Free ones, others at each start. */
export const FREE_PORTS = '0:0'

const PORTS = /^(\d{1,5}):(\d{1,5})$/
const HIGHEST = 65_535

export interface RpcPorts {
  readonly subscriberPort: number
  readonly commandPort: number
}

/** The ports in `subscriber:command`. Throws where it is something else. */
export function portsIn(text: string): RpcPorts {
  const [, subscriber, command] = PORTS.exec(text) ?? []
  const ports = { subscriberPort: Number(subscriber), commandPort: Number(command) }
  const { subscriberPort, commandPort } = ports
  if (!(subscriberPort <= HIGHEST && commandPort <= HIGHEST)) throw new Error('give two TCP ports: 5556:5557')
  if (subscriberPort === commandPort && commandPort !== 0) throw new Error('give two ports that differ')
  return ports
}
