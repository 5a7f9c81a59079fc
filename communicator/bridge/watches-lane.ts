/** A group of the other network: publishes here how it is, and what happens in it. */
import type { Duplex } from 'node:stream'
import { check } from '../../ports/index.js'
import type { Headers } from '../sessions/index.js'
import {
  type GroupHappening,
  GroupNews,
  GroupReport,
  type GroupSight,
  happened,
  sightFrame,
} from './group-messages.js'
import { Inflow } from './inflow.js'
import { LaneComponent } from './lane-component.js'
import { laneFrame, packed, UNNUMBERED } from './lane-frame.js'
import type { WatchedLane } from './lanes.js'
import { bridgeLimits } from './limits.js'
import { ReportAge } from './report-age.js'
import { BROUGHT } from './travelling.js'

export class WatchesLane extends LaneComponent<WatchedLane> {
  readonly report = this.pub(GroupReport, { name: BROUGHT, keep: 1 })
  readonly news = this.pub(GroupNews, { name: `${BROUGHT}News` })
  readonly beat = this.timer(bridgeLimits.beatMs, () => this.#beat())
  readonly #age = new ReportAge()
  #sight: GroupSight | undefined
  readonly #flow = new Inflow({
    value: (value) => this.#came(value),
    missed: (count) => {
      this.count.missed(count)
      this.news.send({ lane: this.name, news: { is: 'news-lost', count } })
    },
    refused: (why) => this.count.refused(why),
  })

  take(stream: Duplex, headers: Headers): void {
    this.#flow.take(stream, headers)
    this.#ask()
  }

  override async onDeactivate(): Promise<void> {
    this.#flow.end()
    await super.onDeactivate()
  }

  #beat(): void {
    this.#ask()
    this.#publish()
  }

  /** A stream that takes nothing at the moment is asked again later. */
  #ask(): void {
    const { stream } = this.#flow
    if (!stream || stream.destroyed || stream.writableNeedDrain) return
    const beat = this.#age.ask(performance.now())
    stream.write(laneFrame(UNNUMBERED, 0, packed({ beat }, 'a question')))
  }

  #came(value: unknown): void {
    const sight = sightFrame.safeParse(value)
    if (sight.success) {
      const { beat, heldMs } = sight.data
      if (!this.#age.seen(beat, heldMs, performance.now())) return
      this.#sight = sight.data.sight
      this.#publish()
      return
    }
    const news = happened.safeParse(value)
    if (news.success) this.#tell(news.data)
    else this.count.refused('what is neither a sight of a group nor news of it')
  }

  #tell(news: GroupHappening): void {
    const refusal = this.#refusalOf(news)
    if (refusal !== undefined) {
      this.count.refused(refusal)
      return
    }
    this.count.carried()
    this.news.send({ lane: this.name, news })
  }

  /** A message is checked by its schema here, as it is where a member receives it. */
  #refusalOf(news: GroupHappening): string | undefined {
    if (news.is !== 'message' && news.is !== 'ordered-message') return undefined
    const { using } = this.params.lane
    const checked = check(using, news.message)
    return 'refusal' in checked ? `it is no ${using.name}: ${checked.refusal}` : undefined
  }

  #publish(): void {
    if (!this.#sight) return
    const ageMs = this.#age.ageMs(performance.now())
    const isReached = this.#flow.stream !== undefined && ageMs < bridgeLimits.reachedMs
    this.report.send({ ...this.#sight, lane: this.name, ageMs, isReached })
  }
}
