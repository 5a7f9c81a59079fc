/**
 * The console at a terminal: a line with history and completion by Tab, above which events are shown while it
 * is typed. Ctrl-C throws the line away; on an empty one it leaves, as Ctrl-D does.
 */
import { createInterface, type Interface } from 'node:readline'
import { exitCodes } from '../failure.js'
import { paint, type Screen, screenOf } from '../terminal.js'
import type { Outcome } from './outcome.js'
import type { Session } from './session.js'
import { valueText } from './show.js'

const CLEAR_LINE = '\r\x1b[K'

export class Prompt {
  readonly #session: Session
  readonly #screen: Screen
  readonly #output: NodeJS.WriteStream
  readonly #lines: Interface
  #name = ''
  #isBusy = false

  constructor(session: Session, input: NodeJS.ReadStream, output: NodeJS.WriteStream) {
    this.#session = session
    this.#output = output
    this.#screen = screenOf(output)
    this.#lines = createInterface({
      ...{ input, output, terminal: true, historySize: 1000, removeHistoryDuplicates: true },
      completer: (line: string) => {
        const { words, typed } = session.candidates(line)
        return [[...words], typed]
      },
    })
  }

  /** The one that commands go to, before each line. */
  name(name: string): void {
    this.#name = name
    this.#lines.setPrompt(`${paint(this.#screen, 'cyan', name || 'quorate')}> `)
  }

  /** Shows a line above the one that is typed. */
  above(line: string): void {
    if (this.#isBusy) this.#output.write(`${line}\n`)
    else {
      // What is typed may have become several rows.
      const { rows } = this.#lines.getCursorPos()
      const up = rows > 0 ? `\x1b[${rows}A` : ''
      this.#output.write(`${up}${CLEAR_LINE}\x1b[J${line}\n`)
      this.#lines.prompt(true)
    }
  }

  /** Reads and carries out lines until somebody leaves; gives the exit code. */
  run(): Promise<number> {
    this.name(this.#name)
    return new Promise((resolve) => {
      let last = Promise.resolve()
      this.#lines.on('line', (line) => {
        last = last.then(() => this.#take(line))
      })
      this.#lines.on('SIGINT', () => {
        if (this.#lines.line === '') this.#lines.close()
        else this.#lines.write(null, { ctrl: true, name: 'u' })
      })
      this.#lines.on('close', () => {
        this.#output.write('\n')
        resolve(exitCodes.ok)
      })
      this.#lines.prompt()
    })
  }

  async #take(line: string): Promise<void> {
    this.#isBusy = true
    const outcome = await this.#session.run(line)
    this.#isBusy = false
    this.#show(outcome)
    if (outcome.isOver) this.#lines.close()
    else this.#lines.prompt()
  }

  #show({ text, value, problem }: Outcome): void {
    const shown = text ?? valueText(value)
    if (shown !== '') this.#output.write(`${shown}\n`)
    if (problem !== undefined) this.#output.write(`${paint(this.#screen, 'red', problem)}\n`)
  }
}
