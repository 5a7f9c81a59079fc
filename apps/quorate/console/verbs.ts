/** The words that the console knows, beside the commands of actors: what each is for, and what it does. */
import { ActorCommand, ApiCommand } from '../../../control/index.js'
import { argumentsIn, LineError, valueIn, type Word } from './line.js'
import { DONE, misused, type Outcome } from './outcome.js'
import { commandLines, propertyLines } from './outline-text.js'
import type { Session } from './session.js'

type Run = (session: Session, words: readonly Word[]) => Outcome | Promise<Outcome>

export interface Verb {
  /** What follows it. */
  readonly usage: string
  readonly help: string
  /** What the words may be that follow these; nothing is known of them unless told. */
  readonly words?: (before: readonly string[]) => readonly string[]
  /** Carries out the words that follow it. @throws LineError, CommandFailure, RpcError. */
  readonly run: Run
}

const WAIT_S = 60
const POLLS = ['kind=majority', 'kind=consensus', 'timeout=']

const first =
  (...words: readonly string[]) =>
  (before: readonly string[]): readonly string[] =>
    before.length === 0 ? words : []

export const verbs: ReadonlyMap<string, Verb> = new Map<string, Verb>([
  [
    'actors',
    { usage: '', help: 'list actors, and whether they take commands', run: (session) => session.actors() },
  ],
  [
    'use',
    {
      usage: '<actor|host:port>',
      help: 'command this one from now on',
      run: (session, words) => session.use(one(words, 'use')),
    },
  ],
  ['commands', { usage: '', help: 'what it can be commanded', run: commands }],
  [
    'call',
    {
      usage: '<command> [name=value …|{…}]',
      help: 'have it do that; the word call may be left out',
      run: (session, words) => session.call(words),
    },
  ],
  ['properties', { usage: '', help: 'what its properties are', run: properties }],
  [
    'get',
    {
      usage: '<property>',
      help: 'what a property is',
      run: (session, words) => session.own(ActorCommand.GET, { name: one(words, 'get') }),
    },
  ],
  ['set', { usage: '<property> <value>', help: 'set a property', run: set }],
  ['status', plain('status', 'how it is (GET_STATUS)', ApiCommand.GET_STATUS)],
  ['config', plain('config', 'what it is (GET_CONFIGURATION)', ApiCommand.GET_CONFIGURATION)],
  ['start', plain('start', 'START_ACQUISITION', ApiCommand.START_ACQUISITION)],
  ['stop', plain('stop', 'STOP_ACQUISITION', ApiCommand.STOP_ACQUISITION)],
  [
    'emergency',
    {
      usage: 'stop|resume',
      help: 'EMERGENCY_STOP, EMERGENCY_RESUME',
      words: first('stop', 'resume'),
      run: emergency,
    },
  ],
  [
    'send',
    { usage: '<number> [custom=<number>] [name=value …|{…}]', help: 'any command, by its number', run: send },
  ],
  [
    'group',
    {
      usage: '<group> transfer [member] | <group> vote <topic> [kind=…] [timeout=…]',
      help: 'have its leader hand over; have it vote',
      words: (before) => {
        if (before.length === 1) return ['transfer', 'vote']
        return before[1] === 'vote' && before.length > 2 ? POLLS : []
      },
      run: group,
    },
  ],
  [
    'events',
    {
      usage: 'on|off',
      help: 'show what happens, above the prompt',
      words: first('on', 'off'),
      run: events,
    },
  ],
  [
    'wait',
    {
      usage: '<kind|name> [seconds]',
      help: 'go on when such an event has come since the last line',
      run: wait,
    },
  ],
  ['help', { usage: '[word]', help: 'this', run: (_session, [word]) => helpOf(word?.text) }],
  ['quit', { usage: '', help: 'leave; so does Ctrl-D', run: () => ({ ...DONE, isOver: true }) }],
])

/** The verb of that name; `exit` is another for `quit`. */
export function verbNamed(name: string): Verb | undefined {
  return verbs.get(name === 'exit' ? 'quit' : name)
}

/** A command of managers that takes nothing. */
function plain(name: string, help: string, command: number): Verb {
  const run: Run = (session, words) =>
    words.length === 0 ? session.send(command, {}) : misused(`${name} takes nothing`)
  return { usage: '', help, run }
}

async function commands(session: Session): Promise<Outcome> {
  const { commands } = await session.outline()
  return { ...DONE, value: commands, text: commandLines(commands).join('\n') }
}

async function properties(session: Session): Promise<Outcome> {
  const { properties } = await session.outline()
  return { ...DONE, value: properties, text: propertyLines(properties).join('\n') }
}

function set(session: Session, [property, value, ...more]: readonly Word[]): Outcome | Promise<Outcome> {
  if (!property || !value || more.length > 0) return misused(usageOf('set'))
  return session.own(ActorCommand.SET, { name: property.text, value: valueIn(value) })
}

function emergency(session: Session, words: readonly Word[]): Outcome | Promise<Outcome> {
  const which = one(words, 'emergency')
  if (which === 'stop') return session.send(ApiCommand.EMERGENCY_STOP, {})
  if (which === 'resume') return session.send(ApiCommand.EMERGENCY_RESUME, {})
  return misused('emergency stop, or emergency resume')
}

function send(session: Session, [number, ...rest]: readonly Word[]): Outcome | Promise<Outcome> {
  const command = Number(number?.text)
  if (!Number.isSafeInteger(command)) return misused(usageOf('send'))
  const [first, ...others] = rest
  const custom = first && /^custom=(\d+)$/.exec(first.text)?.[1]
  const data = argumentsIn(custom === undefined ? rest : others)
  return session.send(command, { data, ...(custom === undefined ? {} : { customCommand: Number(custom) }) })
}

function group(session: Session, [name, verb, ...rest]: readonly Word[]): Outcome | Promise<Outcome> {
  const [what, ...options] = rest
  if (name && verb?.text === 'transfer' && options.length === 0) {
    return session.own(ActorCommand.GROUP_TRANSFER, { group: name.text, ...(what && { to: what.text }) })
  }
  if (name && verb?.text === 'vote' && what) {
    const given = argumentsIn(options)
    const extra = typeof given === 'object' && given !== null ? given : {}
    return session.own(ActorCommand.GROUP_VOTE, { group: name.text, topic: valueIn(what), ...extra })
  }
  return misused(usageOf('group'))
}

function events(session: Session, words: readonly Word[]): Outcome {
  const which = one(words, 'events')
  return which === 'on' || which === 'off'
    ? session.showEvents(which === 'on')
    : misused('events on, or events off')
}

function wait(session: Session, [kind, seconds]: readonly Word[]): Outcome | Promise<Outcome> {
  const patience = seconds ? Number(seconds.text) : WAIT_S
  if (!kind || !(patience > 0)) return misused(usageOf('wait'))
  return session.waitFor(kind.text, patience)
}

function helpOf(word: string | undefined): Outcome {
  const wanted = [...verbs].filter(([name]) => word === undefined || name === word)
  if (wanted.length === 0) return misused(`there is no ${JSON.stringify(word)}; help lists what there is`)
  const width = Math.max(...wanted.map(([name, { usage }]) => `${name} ${usage}`.length))
  const lines = wanted.map(([name, { usage, help }]) => `  ${`${name} ${usage}`.padEnd(width)}  ${help}`)
  return { ...DONE, text: lines.join('\n') }
}

/** The one word that follows a verb. @throws LineError for none, or more. */
function one(words: readonly Word[], verb: string): string {
  const [word, ...more] = words
  if (word && more.length === 0) return word.text
  throw new LineError(usageOf(verb))
}

function usageOf(verb: string): string {
  return `${verb} ${verbs.get(verb)?.usage ?? ''}`
}
