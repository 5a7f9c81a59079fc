/**
 * What discovery is to the rest of the project: announce records, and hear of those of others. A record only
 * leads to an actor's directory; whether the actor lives, and which ports it has, the directory connection
 * tells.
 */

/**
 * What an actor announces of itself. All of it came over the network: a claim until the directory confirms
 * it.
 */
export interface ActorRecord {
  /** 16 hex characters, drawn at each start of the actor. */
  readonly id: string
  /** Name of its app: actors pass over records of other apps. */
  readonly app: string
  /** Its name in the app, which others may have, too. */
  readonly actor: string
  /**
   * Where the directory listens: an IPv4 address or a host name. '' in a record that is announced means the
   * address it is announced from; what `found` reports always has one.
   */
  readonly host: string
  /** TCP port of the directory, 1 to 65,535. */
  readonly port: number
  /** CURVE public key of the actor, Z85; '' without keys. */
  readonly key: string
  /** Grows each time the same actor announces something else, such as another address. */
  readonly generation: number
  /** Wire versions the actor speaks, newest first. */
  readonly wire: readonly number[]
  /** What shows that the actor itself says all this; none without keys. */
  readonly seal?: RecordSeal | undefined
}

/** See `sealed-record.ts`. Bytes are in base64url. */
export interface RecordSeal {
  /** TCP port at which strangers introduce themselves. */
  readonly door: number
  readonly certificate: string
  readonly signature: string
}

/** Who leads a group, as an actor announces it for everyone outside of the group. A claim, as any record. */
export interface LeaderRecord {
  readonly app: string
  /** Type and instance: `Cell.north`. */
  readonly group: string
  /** The ballot in which it leads: of two that are announced for one group, the larger is the newer. */
  readonly epoch: number
  readonly term: number
  /** The member that leads: 32 hex characters, new each time that one joins. */
  readonly member: string
  /** Of the actor that it lives in: its record leads to its directory. */
  readonly actorId: string
  /** Where members ask it: address and TCP port of its answering socket. */
  readonly host: string
  readonly port: number
}

/** What a discovery tells of, from start() to stop(). */
export interface DiscoveryEvents {
  /** A record that was not known, or that is newer than the one known by the same id. */
  found(record: ActorRecord): void
  /**
   * The actor said goodbye, or so someone claims: the directory connection knows better. A crash is seen here
   * only by `static`, which holds a connection anyway.
   */
  gone(id: string): void
  /**
   * Something worth a log line, said once: refused records, an interface that is gone, a network without
   * multicast.
   */
  notice(what: string, text: string): void
}

export interface DiscoveryOptions {
  /**
   * Says whether a record may be believed; a text says why not. Refused records are counted and noticed once
   * for each id.
   */
  readonly verify?: ((record: ActorRecord) => boolean | string) | undefined
}

/** Finds the actors of a network. Implementations: `mdns`, `static`, `memory`; one compliance suite. */
export interface Discovery {
  /** The name of the implementation. */
  readonly kind: string
  /**
   * Begins to hear of records; calls events from then on until stop().
   * @throws DiscoveryError `already-started` the second time, `stopped` after stop().
   */
  start(events: DiscoveryEvents): Promise<void>
  /**
   * Announces a record, or a newer generation of it. Others hear of it also if they start later. Never
   * reported back.
   * @throws DiscoveryError `not-started`, `stopped`, `bad-record`, `too-many-records`.
   */
  announce(record: ActorRecord): Promise<void>
  /** Says goodbye for a record. Harmless where nothing of the id was announced. */
  withdraw(id: string): Promise<void>
  /** Asks the network afresh, now. */
  refresh(): void
  /**
   * Announces the groups that this process leads, and takes back those that it does not lead any more.
   * Optional: members hear of their leader in the group; this is for others on the network.
   */
  leads?(leaders: readonly LeaderRecord[]): void
  /**
   * Takes a record that came another way, such as with a hello: the network need not be asked for it.
   * Optional.
   */
  met?(record: ActorRecord): void
  /**
   * Forgets a record that was found, because it said goodbye, or nobody answers at its directory: if it
   * is heard of again, it is reported again.
   */
  forget(id: string): void
  /**
   * Withdraws what was announced and ends; no event comes afterwards. Takes half a second at most. Harmless
   * twice.
   */
  stop(): Promise<void>
}
