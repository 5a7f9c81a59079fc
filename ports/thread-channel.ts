/** A way from the main thread to a service of its in another, as whoever starts threads gives it. */

export interface ThreadChannel<To> {
  /** Memory in `transfer` is the other side's from then on. */
  post(message: To, transfer?: ArrayBuffer[]): void
  /** Nothing is posted any more, and nothing heard. Harmless twice. */
  close(): void
}

export interface ThreadChannelEvents<From> {
  message(message: From): void
  /** The thread has ended, and the service with it. */
  ended(why: string): void
}

/** Starts the service that is asked for, and gives the way to it. */
export type OpenChannel<Service, To, From> = (
  service: Service,
  events: ThreadChannelEvents<From>,
) => ThreadChannel<To>
