/** A console whose actor is played by the test. */
import type { Connection } from '../../../../../apps/quorate/console/connections.js'
import { Session } from '../../../../../apps/quorate/console/session.js'
import { ApiCommandRequestResult, type ApiReply, type RequestOptions } from '../../../../../control/index.js'

export const ESCAPE = String.fromCharCode(27)
/** Clears the screen, in three ways: by ESC, by the one character that stands for it, and a new line. */
export const STEERING = `${ESCAPE}[2J${String.fromCharCode(0x9b)}2J\n`

/** Answers a command: what is left out is that of a success. */
export type Play = (command: number, options: RequestOptions) => Partial<ApiReply>

export interface Played {
  readonly session: Session
  /** What it was sent, in order. */
  readonly sent: { readonly command: number; readonly customCommand?: number; readonly data?: unknown }[]
  /** Whether events are shown, as it was told. */
  readonly shown: boolean[]
  /** What was waited for, and how many milliseconds. */
  readonly waits: [kind: string, withinMs: number][]
}

const SUCCESS: ApiReply = {
  ...{ nonce: 0, command: 0, result: ApiCommandRequestResult.SUCCESS, data: null },
  ...{ errorKind: 0, errorCode: 0, errorMessage: null },
}

export function played(play: Play = () => ({}), names: readonly string[] = []): Played {
  const sent: Played['sent'] = []
  const shown: boolean[] = []
  const waits: Played['waits'] = []
  const answer = async (command: number, options: RequestOptions = {}): Promise<ApiReply> => {
    sent.push({ command, ...options })
    return { ...SUCCESS, command, ...play(command, options) }
  }
  const nothing = (): never => {
    throw new Error('the session does not ask for this')
  }
  const unused = { events: nothing, connected: nothing, close: nothing }
  const client = { request: answer, run: answer, isConnected: true, ...unused }
  const connection: Connection = { name: 'Rig', client }
  const session = new Session({
    connections: {
      names,
      list: async () => ({ actors: [], devices: [] }),
      use: async () => connection,
      current: async () => connection,
    },
    columns: () => 80,
    showEvents: (on) => void shown.push(on),
    used: () => undefined,
    lineBegins: () => undefined,
    waitFor: async (kind, withinMs) => {
      waits.push([kind, withinMs])
      return kind === 'ready'
    },
  })
  return { session, sent, shown, waits }
}
