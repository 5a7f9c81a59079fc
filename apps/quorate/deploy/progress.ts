/** What is seen of a rollout while it goes on: a bar and a line for each step, or a line of JSON. */
import type { RolloutTold } from '../../../control/rollout/index.js'
import { harmless, paint, type Screen } from '../terminal.js'

type RolloutEvent = RolloutTold['events'][number]

export interface Progress {
  /** How much of the bundle an agent has: 1 is all. */
  sent(agent: string, share: number): void
  prepared(agent: string): void
  event(told: RolloutTold, event: RolloutEvent): void
  waiting(why: string): void
  /** Nothing more comes. */
  end(): void
}

const BAR = 24
const CLEAR = '\r\x1b[K'

/** For programs. */
export function jsonProgress(write: (line: string) => void): Progress {
  const say = (event: string, more: object): void =>
    write(`${JSON.stringify({ v: 1, t: Date.now(), event, ...more })}\n`)
  return {
    sent: (agent, share) => share === 1 && say('sent', { agent }),
    prepared: (agent) => say('prepared', { agent }),
    event: ({ id, phase, steps }, { step, state, text, atMs }) => {
      say('rollout', {
        rollout: id,
        phase,
        state,
        text,
        at: atMs,
        ...(step !== undefined && { step: steps[step] }),
      })
    },
    waiting: (why) => say('waiting', { why }),
    end: () => undefined,
  }
}

/** For people: lines that stay, and below them, at a terminal, a bar that moves. */
export class ShownProgress implements Progress {
  readonly #write: (text: string) => void
  readonly #screen: Screen
  readonly #shares = new Map<string, number>()
  #bar = ''
  #told = ''

  constructor(write: (text: string) => void, screen: Screen) {
    this.#write = write
    this.#screen = screen
  }

  sent(agent: string, share: number): void {
    this.#shares.set(agent, share)
    const all = [...this.#shares.values()]
    const sum = all.reduce((one, other) => one + other, 0) / all.length
    if (share === 1) this.#line('green', '✓', `${agent} has the bundle`)
    this.#draw(sum, 'sending')
    if (sum === 1) this.#draw(undefined)
  }

  prepared(agent: string): void {
    this.#line('green', '✓', `${agent} is prepared`)
  }

  event({ phase, steps, done, doing }: RolloutTold, { step, state, text }: RolloutEvent): void {
    const { kind = '' } = (step === undefined ? undefined : steps[step]) ?? {}
    if (state === 'done') this.#line('green', '✓', `${WORDS[kind] ?? kind} ${text}`)
    else if (state === 'undone') this.#line('yellow', '↩', `taken back: ${text}`)
    else if (state === 'failed') this.#line('red', '✗', text)
    else if (state === 'waiting') this.waiting(text)
    const open = steps[doing[0] ?? -1]
    const doingText = phase === 'back' ? 'taking back' : open ? `${DOING[open.kind]} ${open.id}` : ''
    const isOver = phase !== 'forward' && phase !== 'back'
    this.#draw(isOver ? undefined : done.length / Math.max(1, steps.length), doingText)
  }

  waiting(why: string): void {
    if (why !== this.#told) this.#line('dim', '…', why)
    this.#told = why
  }

  end(): void {
    this.#draw(undefined)
  }

  #line(style: 'green' | 'yellow' | 'red' | 'dim', mark: string, text: string): void {
    const bar = this.#bar
    this.#write(`${bar === '' ? '' : CLEAR}${paint(this.#screen, style, mark)} ${harmless(text)}\n${bar}`)
  }

  /** Undefined takes it away. */
  #draw(share: number | undefined, doing = ''): void {
    if (!this.#screen.isTerminal) return
    if (this.#bar !== '') this.#write(CLEAR)
    this.#bar = ''
    if (share === undefined) return
    const full = Math.round(share * BAR)
    const percent = String(Math.round(share * 100)).padStart(3)
    const text = `${'█'.repeat(full)}${'░'.repeat(BAR - full)} ${percent} %  ${harmless(doing)}`
    this.#bar = text.slice(0, Math.max(0, this.#screen.columns - 1))
    this.#write(this.#bar)
  }
}

const WORDS: Readonly<Record<string, string>> = { start: 'started', switch: 'replaced', stop: 'stopped' }
const DOING: Readonly<Record<string, string>> = { start: 'starting', switch: 'replacing', stop: 'stopping' }
