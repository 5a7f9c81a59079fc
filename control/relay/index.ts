/** The way to agents over a hub that they have dialled. Loads the communicator: import it lazily. */

export { RelayError, type RelayErrorCode } from './errors.js'
export { Exchange, type ExchangeOptions } from './exchange.js'
export { Forwarder } from './forwarder.js'
export { HubLine, type LineOptions } from './hub-line.js'
export { type DialledHub, dialledHub, isDialled } from './hub-url.js'
export { relayLimits } from './limits.js'
export { agentProperties, type KnownAgent } from './topics.js'
