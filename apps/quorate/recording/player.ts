/**
 * Publishes a recording as actors of its app: a pub port for each type, which tells of the type what was
 * recorded, so that subs whose schemas do not fit stay apart as always. In one actor a name has one scope, so
 * there is an actor for each scope.
 */
import { setImmediate as nextTurn, setTimeout as pause } from 'node:timers/promises'
import type { MessageType, Pub } from '../../../ports/index.js'
import { type AppDefinition, actor, app, Component } from '../../../runtime/index.js'
import { usage } from '../failure.js'
import { commandLimits } from '../limits.js'
import { messagesOf, type RecordedType, typeKey } from './lines.js'

export const REPLAY_ACTOR = 'Replay'

export interface PlayOptions {
  readonly path: string
  readonly speed: number
  /** Milliseconds of the recording. */
  readonly fromMs: number
  readonly toMs: number
  readonly loop: boolean
  isOver(): boolean
  /** Told when the last subscriber is gone, and when there is one again. */
  heard(isHeard: boolean): void
}

export type AnyPub = Pub<unknown, unknown>

/** The ports by the typeKey() of what they publish. */
export type PlayedPorts = ReadonlyMap<string, AnyPub>

/** Apps with the one actor that replays, one for each scope; `ports` is filled when they start. */
export function replayApps(
  name: string,
  types: Iterable<RecordedType>,
  ports: Map<string, AnyPub>,
): AppDefinition[] {
  const all = [...types]
  return (['global', 'local'] as const).flatMap((scope) => {
    const carried = all.filter((each) => each.scope === scope).map(messageOf)
    if (carried.length === 0) return []
    class Player extends Component {
      constructor() {
        super()
        for (const [index, type] of carried.entries()) {
          ports.set(typeKey(type.name, scope), this.pub(type, { name: `port${index + 1}` }))
        }
      }
    }
    const local = scope === 'local' ? carried : []
    const player = actor({ local, components: () => ({ player: Player }) })
    return [app(name, { actors: { [REPLAY_ACTOR]: player } })]
  })
}

function messageOf({ type: { name, fingerprint, jsonSchema } }: RecordedType): MessageType {
  return { name, fingerprint, jsonSchema, validate: (value) => ({ value }) }
}

/** What was played. */
export interface Played {
  messages: number
  /** Messages of types of which the recording tells nothing. */
  untyped: number
  /** Milliseconds of the last message that was looked at. */
  endMs: number
  /** What play() threw. */
  failure?: unknown
}

/**
 * Publishes the messages at their times; resolves at the end. @throws CommandFailure for a bad line, and
 * where the recording ends before `fromMs`.
 */
export async function play(ports: PlayedPorts, played: Played, options: PlayOptions): Promise<void> {
  const turns = new Turns(ports, options)
  do {
    const before = played.messages
    await playOnce(ports, played, turns, options)
    // One without messages would be played for ever without a pause.
    if (played.messages === before) break
  } while (options.loop && !options.isOver())
  turns.look()
  if (played.endMs < options.fromMs && !options.isOver()) {
    throw usage(`--from is behind the end of ${options.path}, which is at ${Math.floor(played.endMs)}ms`)
  }
}

async function playOnce(
  ports: PlayedPorts,
  played: Played,
  turns: Turns,
  { path, speed, fromMs, toMs, isOver }: PlayOptions,
): Promise<void> {
  const startedMs = performance.now()
  for await (const { t, key, value, asBytes } of messagesOf(path)) {
    if (isOver()) return
    played.endMs = t
    if (t < fromMs) continue
    if (t > toMs) return
    await turns.until(startedMs + (t - fromMs) / speed)
    if (isOver()) return
    const port = ports.get(key)
    if (!port) {
      played.untyped++
      continue
    }
    if (asBytes && value instanceof Uint8Array) port.sendBytes(value)
    else port.send(value)
    played.messages++
  }
}

/** Waits between messages, gives the event loop its turns, and looks who hears them. */
class Turns {
  readonly #ports: readonly AnyPub[]
  readonly #options: PlayOptions
  #messages = 0
  #isHeard = true

  constructor(ports: PlayedPorts, options: PlayOptions) {
    this.#ports = [...ports.values()]
    this.#options = options
  }

  /** Resolves at this time, or soon after it is over. */
  async until(dueMs: number): Promise<void> {
    for (let waitMs = dueMs - performance.now(); waitMs >= 1; waitMs = dueMs - performance.now()) {
      // In short steps, so that Ctrl-C need not wait for the next message.
      await pause(Math.min(waitMs, commandLimits.progressMs / 10))
      this.#messages = 0
      this.look()
      if (this.#options.isOver()) return
    }
    // Else nothing that is sent would leave.
    if (++this.#messages < commandLimits.replayedPerTurn) return
    this.#messages = 0
    await nextTurn()
    this.look()
  }

  look(): void {
    const isHeard = this.#ports.some(({ connected }) => connected > 0)
    if (isHeard === this.#isHeard || this.#options.isOver()) return
    this.#isHeard = isHeard
    this.#options.heard(isHeard)
  }
}
