/** The words that the console knows, beside the commands of actors. */

export interface Verb {
  /** What follows it. */
  readonly usage: string
  readonly help: string
  /** What the words may be that follow these. */
  words(before: readonly string[]): readonly string[]
}

const nothing = (): readonly string[] => []
const first =
  (...words: readonly string[]) =>
  (before: readonly string[]): readonly string[] =>
    before.length === 0 ? words : []

const POLLS = ['kind=majority', 'kind=consensus', 'timeout=']

export const verbs: ReadonlyMap<string, Verb> = new Map<string, Verb>([
  ['actors', { usage: '', help: 'list the actors that take commands', words: nothing }],
  ['use', { usage: '<actor|host:port>', help: 'command this one from now on', words: nothing }],
  ['commands', { usage: '', help: 'what it can be commanded', words: nothing }],
  [
    'call',
    {
      usage: '<command> [name=value …|{…}]',
      help: 'have it do that; the word call may be left out',
      words: nothing,
    },
  ],
  ['properties', { usage: '', help: 'what its properties are', words: nothing }],
  ['get', { usage: '<property>', help: 'what a property is', words: nothing }],
  ['set', { usage: '<property> <value>', help: 'set a property', words: nothing }],
  ['status', { usage: '', help: 'how it is (GET_STATUS)', words: nothing }],
  ['config', { usage: '', help: 'what it is (GET_CONFIGURATION)', words: nothing }],
  ['start', { usage: '', help: 'START_ACQUISITION', words: nothing }],
  ['stop', { usage: '', help: 'STOP_ACQUISITION', words: nothing }],
  [
    'emergency',
    { usage: 'stop|resume', help: 'EMERGENCY_STOP, EMERGENCY_RESUME', words: first('stop', 'resume') },
  ],
  [
    'send',
    {
      usage: '<number> [custom=<number>] [name=value …|{…}]',
      help: 'any command, by its number',
      words: nothing,
    },
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
    },
  ],
  ['events', { usage: 'on|off', help: 'show what happens, above the prompt', words: first('on', 'off') }],
  [
    'wait',
    {
      usage: '<kind|name> [seconds]',
      help: 'go on when such an event has come since the last line',
      words: nothing,
    },
  ],
  ['help', { usage: '[word]', help: 'this', words: nothing }],
  ['quit', { usage: '', help: 'leave; so does Ctrl-D', words: nothing }],
])
