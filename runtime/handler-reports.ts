/** Makes the turns of components, and reports what their handlers throw, and those that take too long. */
import type { Logger } from 'pino'
import { messageOf, portLimits } from '../ports/index.js'
import type { BuiltComponent } from './build.js'
import type { DeadlineEvent } from './hook-events.js'
import { describeError, describeThrown, isOfTheStop } from './lifetime.js'
import { Notices } from './notices.js'
import { ComponentTurns, type TurnSource } from './turns.js'

export interface HandlerReportsOptions {
  readonly log: Logger
  readonly notices: Notices
  readonly isStopping: () => boolean
  /** Called with what a handler took longer than it may. */
  deadline(component: string, event: DeadlineEvent): void
}

export class HandlerReports {
  readonly #options: HandlerReportsOptions
  /** Of handlers that throw: one that does so at each message fills no disk. */
  readonly #failures: Notices

  constructor(options: HandlerReportsOptions) {
    this.#options = options
    this.#failures = new Notices(options.log)
  }

  turnsOf({ name, ports, scheduler }: Pick<BuiltComponent, 'name' | 'ports' | 'scheduler'>): ComponentTurns {
    const onOverrun = (source: TurnSource, tookMs: number): void => this.#overran(name, source, tookMs)
    const onFailure = (error: unknown, source: TurnSource | undefined): void =>
      this.#failed(name, error, source)
    return new ComponentTurns(onFailure, { scheduler, ports, onOverrun })
  }

  #failed(component: string, error: unknown, source: TurnSource | undefined): void {
    if (this.#options.isStopping() && isOfTheStop(error)) return
    const where = source ? `the handler of ${source.path}` : component
    const repeated = this.#failures.isDue(`${where}: ${messageOf(error).slice(0, portLimits.foreignText)}`)
    if (!repeated) return
    const fields = { component, ...(source ? { port: source.path } : {}), ...repeated }
    const text = `${where} threw: ${describeThrown(error)}`
    this.#options.log.error({ ...fields, err: describeError(error) }, text)
  }

  #overran(component: string, { path, name, deadlineMs: deadline }: TurnSource, tookMs: number): void {
    const took = Math.round(tookMs * 1000) / 1000
    const text = `a handler of ${path} took longer than its deadline of ${deadline} ms`
    this.#options.notices.say(`deadline ${path}`, { port: path, deadline, took }, text)
    this.#options.deadline(component, { port: name, deadline, took })
  }
}
