/**
 * The settings that there are. Each is an option of the commands that it concerns, an environment variable,
 * and a key of the settings file; the app's own parameters are not among them.
 */
import { isIPv4 } from 'node:net'
import { dialledHub, isDialled } from '../../../control/relay/hub-url.js'
import { discoveryLimits, readAddress } from '../../../discovery/index.js'
import { seatsIn } from '../../../runtime/index.js'
import { lineOf } from '../failure.js'
import { commandLimits } from '../limits.js'
import { HUB_TOKEN_VARIABLE } from './hub-token.js'
import { FREE_PORTS, portsIn, RPC_PORTS } from './rpc-ports.js'
import {
  choiceSetting,
  type Reading,
  type Setting,
  shown,
  switchSetting,
  textSetting,
  wholeSetting,
} from './setting.js'

/** From the most that is logged to the least. */
export const LEVELS: readonly string[] = ['trace', 'debug', 'info', 'warn', 'error']
const STATIC = 'static:'

export const known = {
  interface: textSetting('interface', '', {
    help: 'network interface or address',
    argument: '<name>',
    fallbackShown: 'that of the LAN',
  }),
  discovery: textSetting(
    'discovery',
    'mdns',
    { help: 'mdns, or static:host:port,host:port,…', argument: '<how>' },
    readDiscovery,
  ),
  directoryPort: wholeSetting('directoryPort', [0, 65_535], 0, {
    help: 'TCP port of the directory, for one actor; 0 is a free one',
    argument: '<port>',
  }),
  keys: textSetting('keys', '', {
    help: "folder of the app's keys",
    argument: '<folder>',
    fallbackShown: 'quorate/<app> in ~/.config',
  }),
  insecure: switchSetting('insecure', 'no keys: whoever reaches an actor may talk to it'),
  yesInsecureNetwork: switchSetting('yesInsecureNetwork', 'that --insecure is meant for a network, too'),
  seats: textSetting(
    'seats',
    '',
    {
      help: 'seats of groups on this host: 0,1 of each, Cell.north=0 Plant=1, all, or none',
      argument: '<which>',
      fallbackShown: 'all on loopback',
    },
    readSeats,
  ),
  rpc: textSetting(
    'rpc',
    '',
    {
      help: `commands in clear text, as of auto-trainer-api, at two TCP ports: ${RPC_PORTS} unless told`,
      argument: '[ports]',
      fallbackShown: 'none',
    },
    readRpc,
  ),
  rpcHost: textSetting(
    'rpcHost',
    '127.0.0.1',
    { help: 'IPv4 address at which --rpc listens', argument: '<address>' },
    readAddressText,
  ),
  hub: textSetting(
    'hub',
    '',
    { help: 'the hub at which actors take commands', argument: '<url>', fallbackShown: 'none' },
    readHub,
  ),
  tls: textSetting('tls', '', {
    help: 'folder of certificates, for a hub that is dialled',
    argument: '<folder>',
    fallbackShown: 'none',
  }),
  hubTokenFile: textSetting('hubTokenFile', '', {
    help: `file of its token, unless ${HUB_TOKEN_VARIABLE} is the token`,
    argument: '<file>',
    fallbackShown: 'none',
  }),
  logLevel: choiceSetting('logLevel', LEVELS, 'info', {
    help: `what is logged: ${LEVELS.join(', ')}`,
    argument: '<level>',
  }),
  count: wholeSetting('count', [1, commandLimits.count], 1, {
    help: 'processes of each actor; a parameter `instance` tells them apart',
    argument: '<n>',
  }),
  app: textSetting('app', '', { help: 'only actors of this app', argument: '<name>' }),
  wait: wholeSetting('wait', [1, commandLimits.waitMs], 1000, {
    help: 'milliseconds without news after which the search ends',
    argument: '<ms>',
  }),
  watch: switchSetting('watch', 'look again every second, until Ctrl-C'),
  allInterfaces: switchSetting('allInterfaces', 'ask for actors on the other interfaces, too'),
  json: switchSetting('json', 'JSON on standard output'),
} as const

/** All of them, in the order in which they are shown. */
export const allSettings: readonly Setting[] = Object.values(known)

/** The setting of this name in the file; undefined where there is none. */
export function settingNamed(name: string): Setting | undefined {
  return allSettings.find((setting) => setting.name === name)
}

/** What is written otherwise than the name that it means: `log_level`, `log-level` and `LogLevel`. */
export function meantBy<T>(text: string, names: ReadonlyMap<string, T>): T | undefined {
  const bare = (name: string): string => name.replaceAll(/[-_\s]/g, '').toLowerCase()
  for (const [name, meant] of names) if (bare(name) === bare(text)) return meant
  return undefined
}

/** The directories of a static discovery; undefined for another one. */
export function directoriesOf(discovery: string): string[] | undefined {
  if (!discovery.startsWith(STATIC)) return undefined
  return discovery.slice(STATIC.length).split(',').filter(Boolean)
}

/**
 * `mdns`, `static:host:port,…`, or, as the file may have it, `{ static: [host:port, …] }`; one needs no list.
 */
function readDiscovery(given: unknown): Reading<string> {
  const text = textOf(given)
  if (text === 'mdns') return { value: text }
  const directories = directoriesOf(text)
  if (!directories) {
    const list = typeof given === 'string' ? 'static:host:port,host:port,…' : '{ static: [host:port, …] }'
    return { why: `is ${shown(given)}; give mdns or ${list}` }
  }
  const most = discoveryLimits.staticDirectories
  if (directories.length > most)
    return { why: `lists ${directories.length} directories; give at most ${most}` }
  try {
    for (const each of directories) readAddress(each)
  } catch (error) {
    return { why: `is ${shown(given)}: ${lineOf(error)}` }
  }
  return { value: text }
}

/** `5556:5557`; bare, or as the file may have it, true: those of auto-trainer-api. */
function readRpc(given: unknown): Reading<string> {
  if (given === true || given === 'true') return { value: RPC_PORTS }
  if (given === false || given === 'false' || given === '') return { value: '' }
  try {
    if (typeof given === 'string') {
      portsIn(given)
      return { value: given }
    }
  } catch {}
  return { why: `is ${shown(given)}; give two TCP ports, as ${RPC_PORTS}, or ${FREE_PORTS} for free ones` }
}

function readAddressText(given: unknown): Reading<string> {
  if (typeof given === 'string' && isIPv4(given)) return { value: given }
  return { why: `is ${shown(given)}; give an IPv4 address of this host, or 0.0.0.0 for all` }
}

/** Of one with HTTP, or of one that is dialled. */
function readHub(given: unknown): Reading<string> {
  const text = typeof given === 'string' ? given : undefined
  if (text === '') return { value: '' }
  if (text !== undefined && isDialled(text)) {
    const hub = dialledHub(text)
    return typeof hub === 'string' ? { why: `is ${shown(given)}, which ${hub}` } : { value: text }
  }
  const url = text !== undefined && URL.canParse(text) ? new URL(text) : undefined
  if (text !== undefined && url && /^https?:$/.test(url.protocol) && url.username === '') {
    return { value: text }
  }
  const forms = 'http://10.0.0.5:8000, or stcp://10.0.0.5:8020 of one that is dialled'
  return { why: `is ${shown(given)}; give the address of a hub, as ${forms}` }
}

/** `0,1`, `Cell.north=0 Plant=1,2` or `all`; or, as the file may have it, `[0, 1]` or `{ Plant: [1, 2] }`. */
function readSeats(given: unknown): Reading<string> {
  const text = seatsTextOf(given)
  try {
    if (text !== undefined) {
      seatsIn(text)
      return { value: text.trim() }
    }
  } catch {}
  return { why: `is ${shown(given)}; give 0,1 of every group, or Cell.north=0 Plant=1,2, or all, or none` }
}

function seatsTextOf(given: unknown): string | undefined {
  if (typeof given !== 'object' || given === null) return numbersTextOf(given)
  if (Array.isArray(given)) return numbersTextOf(given)
  const groups = Object.entries(given).map(([group, numbers]) => [group, numbersTextOf(numbers)])
  const isWhole = groups.length > 0 && groups.every(([, numbers]) => numbers !== undefined)
  return isWhole ? groups.map((each) => each.join('=')).join(' ') : undefined
}

function numbersTextOf(given: unknown): string | undefined {
  if (typeof given === 'string' || typeof given === 'number') return String(given)
  const isList = Array.isArray(given) && given.every((each) => typeof each === 'number')
  return isList && given.length > 0 ? given.join(',') : undefined
}

function textOf(given: unknown): string {
  if (typeof given === 'string') return given
  if (typeof given !== 'object' || given === null || !('static' in given)) return ''
  const list: unknown = typeof given.static === 'string' ? [given.static] : given.static
  const isList = Array.isArray(list) && list.every((each) => typeof each === 'string')
  return isList && Object.keys(given).length === 1 ? STATIC + list.join(',') : ''
}
