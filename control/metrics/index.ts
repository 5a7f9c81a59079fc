/** Metrics of actors in a Redis, as FLorist has them. A client of Redis is loaded when it is used. */
export { type RedisAddress, readAddressOf } from './address.js'
export { readDocument } from './reading.js'
export { RedisMetrics } from './redis-metrics.js'
