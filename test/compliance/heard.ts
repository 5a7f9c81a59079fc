/** What a discovery reported, in order, and ways to wait for it. */
import type { ActorRecord, DiscoveryEvents } from '../../discovery/index.js'
import { Conditions } from '../support/conditions.js'

export type Report =
  | { readonly kind: 'found'; readonly record: ActorRecord }
  | { readonly kind: 'gone'; readonly id: string }
  | { readonly kind: 'notice'; readonly what: string; readonly text: string }

export class Heard implements DiscoveryEvents {
  readonly reports: Report[] = []
  readonly #conditions = new Conditions()

  // Arrow functions, as an implementation may take them off the object.
  readonly found = (record: ActorRecord): void => this.#add({ kind: 'found', record })
  readonly gone = (id: string): void => this.#add({ kind: 'gone', id })
  readonly notice = (what: string, text: string): void => this.#add({ kind: 'notice', what, text })

  /** The records found of an id, in order. */
  foundOf(id: string): ActorRecord[] {
    return this.reports.flatMap((report) =>
      report.kind === 'found' && report.record.id === id ? [report.record] : [],
    )
  }

  get foundIds(): string[] {
    return this.reports.flatMap((report) => (report.kind === 'found' ? [report.record.id] : []))
  }

  get goneIds(): string[] {
    return this.reports.flatMap((report) => (report.kind === 'gone' ? [report.id] : []))
  }

  noticesOf(what: string): string[] {
    return this.reports.flatMap((report) =>
      report.kind === 'notice' && report.what === what ? [report.text] : [],
    )
  }

  /** Resolves when the reports satisfy a condition; the time-out of the test bounds it. */
  until(condition: () => boolean): Promise<void> {
    return this.#conditions.until(condition)
  }

  untilFound(...ids: string[]): Promise<void> {
    return this.until(() => ids.every((id) => this.foundOf(id).length > 0))
  }

  untilGone(id: string): Promise<void> {
    return this.until(() => this.goneIds.includes(id))
  }

  #add(report: Report): void {
    this.reports.push(report)
    this.#conditions.changed()
  }
}
