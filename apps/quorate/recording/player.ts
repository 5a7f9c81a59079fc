/**
 * Publishes a recording as an actor of its app: a pub port for each type, which tells of the type what was
 * recorded, so that subs whose schemas do not fit stay apart as always.
 */
import { setImmediate as nextTurn, setTimeout as pause } from 'node:timers/promises'
import type { MessageType, Pub } from '../../../ports/index.js'
import { type AppDefinition, actor, app, Component } from '../../../runtime/index.js'
import { commandLimits } from '../limits.js'
import { messagesOf, type RecordedType } from './lines.js'

export const REPLAY_ACTOR = 'Replay'

export interface PlayOptions {
  readonly path: string
  readonly speed: number
  /** Milliseconds of the recording. */
  readonly fromMs: number
  readonly toMs: number
  readonly loop: boolean
  isOver(): boolean
}

type AnyPub = Pub<unknown, unknown>

/** The app with the one actor that replays; `ports` is filled when it starts. */
export function replayApp(
  name: string,
  types: ReadonlyMap<string, RecordedType>,
  ports: Map<string, AnyPub>,
): AppDefinition {
  const carried = [...types.values()].map((each) => ({ ...each, type: messageOf(each) }))
  class Player extends Component {
    constructor() {
      super()
      for (const [index, { type }] of carried.entries()) {
        ports.set(type.name, this.pub(type, { name: `port${index + 1}` }))
      }
    }
  }
  const local = carried.filter(({ scope }) => scope === 'local').map(({ type }) => type)
  return app(name, { actors: { [REPLAY_ACTOR]: actor({ local, components: () => ({ player: Player }) }) } })
}

function messageOf({ type: { name, fingerprint, jsonSchema } }: RecordedType): MessageType {
  return { name, fingerprint, jsonSchema, validate: (value) => ({ value }) }
}

/** Counts of what was played. */
export interface Played {
  messages: number
}

/** Publishes the messages at their times; resolves at the end. @throws CommandFailure for a bad line. */
export async function play(
  ports: ReadonlyMap<string, AnyPub>,
  played: Played,
  options: PlayOptions,
): Promise<void> {
  do {
    const before = played.messages
    await playOnce(ports, played, options)
    // One without messages would be played for ever without a pause.
    if (played.messages === before) return
  } while (options.loop && !options.isOver())
}

async function playOnce(
  ports: ReadonlyMap<string, AnyPub>,
  played: Played,
  { path, speed, fromMs, toMs, isOver }: PlayOptions,
): Promise<void> {
  const startedMs = performance.now()
  let inTurn = 0
  for await (const { t, m, value, asBytes } of messagesOf(path)) {
    if (t < fromMs) continue
    if (t > toMs || isOver()) return
    const dueMs = startedMs + (t - fromMs) / speed
    for (let waitMs = dueMs - performance.now(); waitMs >= 1; waitMs = dueMs - performance.now()) {
      // In short steps, so that Ctrl-C need not wait for the next message.
      await pause(Math.min(waitMs, commandLimits.progressMs / 10))
      inTurn = 0
      if (isOver()) return
    }
    // Else nothing that is sent would leave.
    if (++inTurn >= commandLimits.replayedPerTurn) {
      inTurn = 0
      await nextTurn()
    }
    const port = ports.get(m)
    if (!port) continue
    if (asBytes && value instanceof Uint8Array) port.sendBytes(value)
    else port.send(value)
    played.messages++
  }
}
