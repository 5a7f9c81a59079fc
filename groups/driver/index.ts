/** Drives the cores of groups: in a thread of their own, or in the one of a test. */
export { directLink } from './direct-link.js'
export { GroupDriver } from './driver.js'
export { serveGroups } from './group-service.js'
export { driverLimits } from './limits.js'
export type { DriverOptions } from './options.js'
export { type ThreadLinkOptions, threadLink } from './thread-link.js'
export type { GroupLock, GroupService, OpenGroupChannel } from './thread-messages.js'
