/** What follows from the value of a setting by itself, whatever the others are: a line for each. */
import { commandLimits } from '../limits.js'
import { known, LEVELS } from './known.js'
import type { Setting, SettingValue } from './setting.js'

type Reason = (value: SettingValue) => string

const REASONS: ReadonlyMap<Setting, Reason> = new Map<Setting, Reason>([
  [
    known.directoryPort,
    (port) => (port === 0 ? 'a free port, another one at each start' : 'this one; it has to be free'),
  ],
  [
    known.insecure,
    (isOn) =>
      isOn ? 'nothing is encrypted, and nobody is asked who he is' : 'encrypted, and for the app alone',
  ],
  [
    known.yesInsecureNetwork,
    (isOn) => (isOn ? '--insecure is taken on any interface' : '--insecure is taken on the loopback alone'),
  ],
  [known.seats, () => 'these are here, so no other host may have them'],
  [
    known.rpc,
    (ports) =>
      ports === ''
        ? 'no commands in clear text; operators come with a key'
        : 'whoever reaches these ports commands the actor: nothing is encrypted, and nobody asked who he is',
  ],
  [
    known.rpcHost,
    (host) =>
      host === '127.0.0.1'
        ? 'on this host alone'
        : 'also for other hosts, where rpc says that there are ports',
  ],
  [
    known.hub,
    (url) =>
      url === ''
        ? 'actors take commands of no hub, whoever announces one'
        : 'whoever may post there commands the actors; of stcp:// and the like, agents are reached there',
  ],
  [
    known.tls,
    (folder) => (folder === '' ? 'for a hub with HTTP, or on this host' : 'the certificates are there'),
  ],
  [
    known.hubTokenFile,
    (file) =>
      file === '' ? 'for a hub that is open, or its token in a variable' : 'the token is read there',
  ],
  [known.logLevel, (level) => whatIsLogged(String(level))],
  [
    known.count,
    (count) =>
      count === 1
        ? 'one process of each actor'
        : `${count} processes of each actor; a parameter \`instance\` counts them from 0`,
  ],
  [known.app, (app) => (app === '' ? 'actors of every app' : 'no actors of other apps')],
  [
    known.wait,
    (ms) => `a search ends ${ms} ms after its last news, after ${longestWaitMs(ms)} ms at the latest`,
  ],
  [
    known.watch,
    (isOn) => (isOn ? `looks again ${commandLimits.watchMs} ms after each look, until Ctrl-C` : 'looks once'),
  ],
  [
    known.allInterfaces,
    (isOn) =>
      isOn ? 'the doctor asks on every interface' : 'the doctor asks on its own interface, and on no other',
  ],
  [
    known.keys,
    (folder) =>
      folder === ''
        ? 'the keys of each app in a folder of its own'
        : 'the keys of one app are in this folder',
  ],
  [known.json, (isOn) => (isOn ? 'JSON, for programs' : 'text, for people')],
])

/** '' where more than the value is needed to tell. */
export function reasonOf(setting: Setting, value: SettingValue): string {
  return REASONS.get(setting)?.(value) ?? ''
}

function whatIsLogged(level: string): string {
  const at = LEVELS.indexOf(level)
  if (at === 0) return 'everything is logged'
  return `${LEVELS.slice(at).join(', ')}; what is logged as ${LEVELS.slice(0, at).join(' or ')} is left out`
}

function longestWaitMs(ms: SettingValue): number {
  return Number(ms) * commandLimits.quietTimes
}
