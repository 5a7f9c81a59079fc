/** What a program needs to run a hub. Apart from the index of control: it loads a server and a database. */
export { type DialledAt, Hub, type HubOptions } from './hub.js'
