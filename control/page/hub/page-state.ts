/** All that the page knows and does, by what its views read and call. */
import { emptyFleet, type Fleet } from '../model/fleet.js'
import { type Moment, momentOf, withMoment } from '../model/history.js'
import { hashOf, type Route, routeIn } from '../model/route.js'
import { Store } from '../model/store.js'
import { Commands } from './commands.js'
import { Errands } from './errands.js'
import { Feed } from './feed.js'
import { HubSocket, type Presence } from './socket.js'

const MOMENT_MS = 1000

export class PageState {
  readonly fleet = new Store<Fleet>(emptyFleet)
  /** Whether the hub has told of a fleet, be there something in it or not. */
  readonly isTold = new Store(false)
  readonly moments = new Store<readonly Moment[]>([])
  readonly presence = new Store<Presence>('joining')
  readonly route: Store<Route>
  /** Whoever is on the host of the hub may come, without a token. */
  readonly isOpen = new Store(true)
  /** What has just happened, for those who do not see it. */
  readonly said = new Store('')
  readonly errands: Errands
  readonly commands: Commands
  readonly #socket = new HubSocket()
  #coming: Fleet | undefined

  constructor() {
    this.errands = new Errands(this.#socket)
    this.commands = new Commands(this.#socket)
    this.route = new Store(routeIn(location.hash))
  }

  /** Begins to follow the hub. */
  start(): void {
    window.addEventListener('hashchange', () => this.route.set(routeIn(location.hash)))
    const feed = new Feed(this.#socket, (fleet) => this.#heard(fleet))
    this.#socket.onPresence = (presence) => {
      this.presence.set(presence)
      if (presence === 'here') void feed.follow()
      if (presence !== 'refused') return
      feed.forget()
      this.moments.set([])
    }
    this.#socket.onAdmission = ({ open }) => this.isOpen.set(open)
    setInterval(() => {
      if (this.presence.value !== 'here') return
      this.moments.set(withMoment(this.moments.value, momentOf(this.fleet.value, Date.now())))
    }, MOMENT_MS)
    void this.#socket.open()
  }

  /** Once there is a session, or it has ended. */
  reopen(): void {
    void this.#socket.open()
  }

  leave(): void {
    this.#socket.close()
  }

  /** Shows an actor. */
  readonly open = (worker: string): void => this.go({ actor: worker, tab: 'about' })

  go(to: Partial<Route>): void {
    const route = { ...this.route.value, ...to }
    const isStep = to.sought === undefined
    if (isStep) history.pushState(null, '', hashOf(route))
    else history.replaceState(null, '', hashOf(route))
    this.route.set(route)
  }

  /** Drawn once a frame at most, however often it is told. */
  #heard(fleet: Fleet): void {
    if (this.#coming === undefined) requestAnimationFrame(() => this.#show())
    this.#coming = fleet
  }

  #show(): void {
    const fleet = this.#coming
    this.#coming = undefined
    if (fleet) this.fleet.set(fleet)
    this.isTold.set(fleet !== emptyFleet)
  }
}
