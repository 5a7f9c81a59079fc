/** Every bound of discovery, with its reason. `docs/limits.md` lists them; a test holds the two equal. */
export const discoveryLimits = {
  /** Bytes of an app's or an actor's name: with its key it has to fit a TXT string of 255. */
  nameBytes: 128,
  /** Characters of a directory's host: as above; a DNS name has at most 253. */
  hostChars: 250,
  /** Wire versions in one record. */
  wireVersions: 16,
  /** Records known at a time; the one known longest makes room for a new one. */
  knownRecords: 4096,
  /** Records that one process announces. */
  announcedRecords: 256,
  /** Sources and ids whose misbehaviour is noticed one by one; that of others is only counted. */
  noticedSources: 1024,
  /** New names that one mDNS browser hears before another takes its place: it forgets none. */
  browserNames: 16_384,
  /** mDNS packets remembered that brought nothing to do again: announcements and answers are repeated. */
  unchangedPackets: 1024,
  /**
   * Questions, and records, in one mDNS packet; the packet is refused beyond. bonjour-service compares each
   * record with each: 2048 would hold a process up for half a second.
   */
  packetQuestions: 64,
  packetRecords: 128,
  /** Different answers that one record's responder gives; whoever makes it say more asks for sport. */
  distinctAnswers: 32,
  /** Milliseconds between two looks whether a search for devices is over; it takes so many quiets at most. */
  searchPollMs: 20,
  searchTimes: 10,
  /** Milliseconds between two mDNS packets of the same content: who asks meanwhile shares one answer. */
  answerSpacingMs: 250,
  /** Milliseconds over which answers spread for each record known, and at most: no crowd answers at once. */
  answerJitterMs: 2,
  answerJitterMaxMs: 120,
  /**
   * mDNS packets that announce a record unasked, at 0, 1 and 3 s: two may get lost. An answer to all counts
   * as one.
   */
  announcements: 3,
  /** Milliseconds from the first announcement to the second; RFC 6762 §8.3 wants a second at least. */
  announceWaitMs: 1000,
  /**
   * Records known above which it is a crowd: then whoever was heard announces no more, and the first question
   * waits longer. Without it, sixty that start at once would make twice as many packets.
   */
  crowdRecords: 16,
  /**
   * Milliseconds without news after which the first question is asked by who has announced something, and at
   * most after the announcement: those who heard it dial, and need not be asked.
   */
  firstQuestionMs: 1500,
  firstQuestionMaxMs: 20_000,
  /** The same in a crowd, where news goes on for longer. */
  crowdQuestionMs: 4000,
  /** Milliseconds between the first two questions, doubled each time up to the second number. */
  questionWaitMs: 1000,
  questionWaitMaxMs: 30_000,
  /** Bytes of an mDNS question with the services known: no usual network breaks it; and within one host. */
  questionBytes: 1400,
  loopbackQuestionBytes: 8900,
  /**
   * Milliseconds to wait for the rest of the services that one who asks knows already, and such questions.
   */
  questionRestMs: 450,
  waitingQuestions: 64,
  /** Milliseconds a goodbye may take. */
  goodbyeMs: 500,
  /** Milliseconds between two looks at the interfaces of the host. */
  interfacePollMs: 1000,
  /** Ports, message types, and members of groups, in the listing of one directory: of each as many. */
  listingPorts: 1024,
  /** Types of one port. */
  portTypes: 8,
  /** Bytes of a name of a component, port or message type. */
  listedNameBytes: 128,
  /** Bytes of the text of a group's parameters in a listing. */
  parameterBytes: 400,
  /** Bytes of an endpoint. */
  endpointChars: 300,
  /** Bytes of one frame between directories: a listing of 1024 ports with schemas of usual size. */
  directoryFrameBytes: 1024 * 1024,
  /** Peers and observers connected to one directory. */
  directoryClients: 1024,
  /** Directories in a static list. */
  staticDirectories: 1024,
  /** Milliseconds between two beats of a directory. */
  beatMs: 500,
  /** Clients of a directory above which it beats half as often: their beats add up to their square. */
  crowdClients: 16,
  /** Milliseconds without a frame after which a directory counts as lost: five beats may be late or lost. */
  peerTimeoutMs: 3000,
  /** Milliseconds until a directory that does not answer is asked anew, growing to the second number. */
  redialMs: 3000,
  redialMaxMs: 30_000,
  /**
   * Bytes of a record with its seal; milliseconds until an introduction that was not answered is repeated,
   * and how often it is.
   */
  recordBytes: 2048,
  introduceMs: 500,
  introductions: 20,
  /**
   * Milliseconds that one attempt to connect may take, growing to the second number: the system itself would
   * try again only after a second, and then after two.
   */
  connectMs: 400,
  connectMaxMs: 2000,
  /** The same for the second connection that is tried when a beat is overdue. */
  trialMs: 300,
  /**
   * Milliseconds of silence from which a way that is whole again counts as having been cut. After shorter
   * ones TCP tries again within a second: 0.2, 0.6 and 1.4 s after what was lost.
   */
  cutMs: 900,
  /** Milliseconds for which a peer that was only busy gets twice the time for its beats. */
  busyMs: 3000,
  /** Milliseconds by which a look at beats comes late where this process stood still itself. */
  lateMs: 100,
  /**
   * Bytes of a list of who is revoked: one with as many serials as there may be. Milliseconds after which a
   * client asks one directory for it again, and in which that gives it to one client once.
   */
  revokedBytes: 66_048,
  revokedAskMs: 2000,
  revokedGiveMs: 1000,
  /** Milliseconds that a directory's goodbye has to leave. */
  byeLingerMs: 200,
  /** Milliseconds that a request for the status of an actor waits. */
  statusTimeoutMs: 2000,
  /** Characters of a text that came from a peer and goes into a notice or an error. */
  foreignText: 200,
} as const
