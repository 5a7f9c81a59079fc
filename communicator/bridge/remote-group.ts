/** A group of the other network as a component of this one sees it, by what the bridge publishes. */
import type { GroupNews, GroupReport, RemoteMember } from './group-messages.js'

/** Anything that happens, under the name of its kind. */
export type RemoteHappening = GroupNews['news']

/** What is to be called when something happens: `{ 'leader-elected': ({ leader, epoch, term }) => … }`. */
export type RemoteHandlers = {
  readonly [Is in RemoteHappening['is']]?: (news: Extract<RemoteHappening, { is: Is }>) => unknown
}

/**
 * What is known of a group of the other network. Hand it all reports and news: it keeps those of its lane.
 *
 *     readonly cell = new RemoteGroup('cell', { 'leader-elected': ({ leader }) => this.log.info(leader) })
 *     readonly report = this.sub(GroupReport, (report) => this.cell.report(report))
 *     readonly news = this.sub(GroupNews, (news) => this.cell.hear(news))
 */
export class RemoteGroup {
  readonly #lane: string
  readonly #handlers: RemoteHandlers
  #last: GroupReport | undefined
  #cameMs = 0

  /** Knows nothing yet. @param lane of the bridge that watches it */
  constructor(lane: string, handlers: RemoteHandlers = {}) {
    this.#lane = lane
    this.#handlers = handlers
  }

  /** How it was, `ageMs` ago; undefined before the first report. */
  get last(): GroupReport | undefined {
    return this.#last
  }

  /** Who led it then; undefined for nobody. No lease holds here: never act on it as on `isLeader`. */
  get leader(): RemoteMember | undefined {
    return this.#last?.leader ?? undefined
  }

  /** Of that leader, or the last one: what stands outside of the group refuses lower ones. */
  get token(): { readonly epoch: number; readonly term: number } | undefined {
    return this.#last && { epoch: this.#last.epoch, term: this.#last.term }
  }

  /** How old it is, at most, in milliseconds, but for the way here from the bridge; Infinity before any. */
  get ageMs(): number {
    return this.#last ? this.#last.ageMs + performance.now() - this.#cameMs : Number.POSITIVE_INFINITY
  }

  /** A report came. */
  report(report: GroupReport): void {
    if (report.lane !== this.#lane) return
    this.#last = report
    this.#cameMs = performance.now()
  }

  /** News came; gives what its handler gives. */
  hear({ lane, news }: GroupNews): unknown {
    return lane === this.#lane ? called(this.#handlers, news) : undefined
  }
}

function called(handlers: RemoteHandlers, news: RemoteHappening): unknown {
  // Of each kind the handler takes that kind, which TypeScript does not see.
  const handler: ((news: never) => unknown) | undefined = handlers[news.is]
  return handler?.(news as never)
}
