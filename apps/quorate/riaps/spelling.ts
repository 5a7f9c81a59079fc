/** How names are spelt in code and in paths, and which may not stand there. */
import { Component } from '../../../runtime/index.js'

/** `rx_modbusData` is rxModbusData, `ReqPort` reqPort, `GPIO_in` gpioIn. */
export function camelCase(name: string): string {
  const [first = '', ...rest] = name.split(/[^A-Za-z0-9]+/).filter((part) => part !== '')
  const head = first.replace(/^[A-Z]+(?![a-z])|^[A-Z]/, (capitals) => capitals.toLowerCase())
  return [head, ...rest.map(capitalized)].join('')
}

export function capitalized(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1)
}

/** `GlobalEstimator` is global-estimator. */
export function kebabCase(name: string): string {
  return name
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1-$2')
    .replaceAll(/([A-Z]+)([A-Z][a-z])/g, '$1-$2')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
}

/** Letters, digits and `_`, a letter first: what an identifier, and the name of an app, may be. */
export function plain(name: string): string {
  const ascii = name.normalize('NFKD').replaceAll(/\p{M}/gu, '').replaceAll(/\W+/g, '_')
  const kept = ascii.replace(/^_+/, '')
  return /^[A-Za-z]/.test(kept) ? kept : `x${kept}`
}

/** What no class, constant or parameter may be called in strict code. */
const RESERVED: ReadonlySet<string> = new Set([
  ...['await', 'break', 'case', 'catch', 'class', 'const', 'continue', 'debugger', 'default', 'delete', 'do'],
  ...['else', 'enum', 'export', 'extends', 'false', 'finally', 'for', 'function', 'if', 'implements'],
  ...['import', 'in', 'instanceof', 'interface', 'let', 'new', 'null', 'package', 'private', 'protected'],
  ...['public', 'return', 'static', 'super', 'switch', 'this', 'throw', 'true', 'try', 'typeof', 'var'],
  ...['void', 'while', 'with', 'yield', 'arguments', 'eval', 'undefined', 'NaN', 'Infinity'],
  // Types that TypeScript has by itself.
  ...['any', 'unknown', 'never', 'object', 'string', 'number', 'boolean', 'symbol', 'bigint', 'type'],
])

/** What is used in the files that are made, of quorate or of JavaScript. */
const USED: ReadonlySet<string> = new Set([
  ...['actor', 'app', 'message', 'group', 'groups', 'messages', 'actors', 'schemas', 'shapes', 'z'],
  ...['Component', 'Group', 'AnyGroup', 'GroupSender', 'LeaderSender', 'MemberInfo', 'Sender', 'TimedSender'],
  ...['Tick', 'Reply', 'Plug', 'InputOf', 'OutputOf', 'Error', 'Promise', 'Object', 'Function', 'Array'],
])

/** Whether a class or constant of the app may be called so. */
export function isFree(name: string): boolean {
  return /^[A-Za-z_]\w*$/.test(name) && !RESERVED.has(name) && !USED.has(name)
}

/** All hooks that a component may have. */
const HOOKS: Readonly<Record<Extract<keyof Component, `on${string}`>, true>> = {
  ...{ onActivate: true, onDeactivate: true, onPeer: true, onDeadline: true, onStall: true, onLimit: true },
  ...{ onGroupMessage: true, onMessageToLeader: true, onMessageFromLeader: true, onOrderedMessage: true },
  ...{ onVoteRequest: true, onActionVoteRequest: true, onVoteResult: true, onAction: true },
  ...{ onActionMissed: true, onMemberJoined: true, onMemberLeft: true, onLeaderElected: true },
  ...{ onLeaderExited: true, onQuorumLost: true, onSplit: true, onHistoryLost: true },
}

/** What every component has besides its ports. */
const MEMBERS: ReadonlySet<string> = new Set([
  ...['name', 'log', 'params', 'actor', 'scheduler'],
  ...Object.keys(HOOKS),
  ...inherited(Component.prototype),
])

export function isMember(name: string): boolean {
  return MEMBERS.has(name)
}

function inherited(prototype: object): string[] {
  const above: unknown = Object.getPrototypeOf(prototype)
  const own = Object.getOwnPropertyNames(prototype)
  return typeof above === 'object' && above !== null ? [...own, ...inherited(above)] : own
}
