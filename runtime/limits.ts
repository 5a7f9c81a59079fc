/** Every bound of the runtime, with its reason. `docs/limits.md` lists them; a test holds the two equal. */
import { discoveryLimits } from '../discovery/index.js'
import { portLimits } from '../ports/index.js'

export const runtimeLimits = {
  /** Subjects of warnings that are told apart, so that each is said once a minute and not more. */
  noticeSubjects: 1000,
  /** Milliseconds until a warning that comes again is said again. */
  noticeRepeatMs: 60_000,
  /** Milliseconds that a peer that is lost is dialled before its record is taken for stale. */
  forgetPeerMs: 30_000,
  /** Other addresses that a peer is said to be at, which are dialled beside its own, and for how long. */
  otherAddresses: 4,
  otherAddressMs: 30_000,
  /**
   * Milliseconds after which a move to a new address that failed is tried again, growing to the second
   * number.
   */
  moveRetryMs: 250,
  moveRetryMaxMs: 10_000,
  /** Records whose seal was looked at, which is not looked at again: it costs 0.2 ms, and one takes 7 KB. */
  sealedRecords: 256,
  /**
   * Milliseconds after which an actor that does not answer is shown who this one is: so many for each other
   * actor that is known, and at most. In a crowd most have heard of it by then, and need not be shown.
   */
  introduceEachMs: 10,
  introduceAfterMs: 250,
  /** Milliseconds within which the io thread has to keep the doors of an actor that starts. */
  doorsMs: 10_000,
  /** Milliseconds that the io thread has to close its sockets when the process ends. */
  ioThreadEndMs: 1000,
  /** Pairs of message types whose comparison is remembered: a hostile schema is expensive to compare. */
  verdicts: 1000,
  /** Frames of messages of a group that wait for one component, and their bytes; newer ones are dropped. */
  groupArrivals: 4096,
  groupArrivalBytes: 64 * 1024 * 1024,
  /**
   * News of a group, and what it decided, that wait for one component, and their bytes; beyond it leaves, and
   * joins again when it has taken them in.
   */
  decidedArrivals: 65_536,
  decidedArrivalBytes: 64 * 1024 * 1024,
  /** Agreed actions that wait at a member, and their bytes; those beyond are told, and not run. */
  waitingActions: 4096,
  waitingActionBytes: 16 * 1024 * 1024,
  /** With so many waiting, or so many bytes, a member asks for no more. */
  askedActions: 1024,
  askedActionBytes: 4 * 1024 * 1024,
  /**
   * Members of groups that are remembered after they are gone, and senders whose messages are counted.
   */
  knownMembers: 1024,
  /** Groups whose highest epochs are remembered, also after they were left. */
  knownGroups: 1024,
  /** Groups of which the status of an actor has the ports: a frame holds no more of them for sure. */
  statusGroupPorts: 256,
  /** Polls that have ended and are remembered, to say so to who votes late. */
  knownPolls: 1024,
  /** Bytes of the name of a shared value. */
  stateKeyBytes: 256,
  /** Milliseconds that joinGroup() waits for the members known then to be connected. */
  joinConnectMs: 2000,
  /** Milliseconds that leaveGroup() waits for the others to be told; and at a stop, all together. */
  leaveMs: 1000,
  stopLeaveMs: 200,
  /** Milliseconds for which a poll is open, unless told. */
  voteMs: 1500,
  /** Milliseconds for which a poll may be open, and by which an action may be ahead: a day. */
  voteMaxMs: 86_400_000,
  /**
   * Milliseconds after which a request that the group has not decided is given up; polls have theirs beside.
   */
  groupRequestMs: 30_000,
  /** Milliseconds that transferLeadership() waits for another leader, as a part of the longest election. */
  transferMs: 5000,
  /** Milliseconds by which an action may be late and still be run. */
  actionLateMs: 50,
  /**
   * Milliseconds before an action in which the main thread sleeps, and in which it only looks at the clock.
   */
  alarmSleepMs: 2.5,
  alarmSpinMs: 0.1,
  /**
   * Milliseconds after the end of an actor that did not leave its groups in time until it frees its seats.
   */
  seatLingerMs: 1000,
  /** Milliseconds after which a seat that was free is looked at again, for another may have been faster. */
  seatAgainMs: 20,
  /**
   * Seats of a group looked at at once, and milliseconds for which holders who say nothing are asked again.
   */
  seatLooks: 32,
  seatSilentMs: 10_000,
  /** Milliseconds for which a member is still dialled whose directory, and sockets, do not answer. */
  lostMemberMs: 30_000,
  /**
   * Milliseconds until a member that was put out of its group joins again, doubled up to the second number.
   */
  rejoinMs: 100,
  rejoinMaxMs: 5000,
  /**
   * Milliseconds between two looks whether a process that broke its connections is gone, and for how long.
   */
  witnessAgainMs: 250,
  witnessMs: 5000,
  /** Milliseconds after which an onActivate that has not ended is told of. */
  activateNoticeMs: 2000,
  /** Milliseconds that onDeactivate of all components may take together. */
  deactivateMs: 1200,
  /** Milliseconds that messages on their way have to leave at a graceful stop. */
  lingerMs: 250,
  /** Milliseconds between two looks at the key folder, for other keys or revocations. */
  keyWatchMs: 2000,
  /** Milliseconds that groups have to take other addresses, with other keys. */
  renewMs: 1000,
  /** Milliseconds for which an actor with other keys is reached at its former addresses, too. */
  formerMs: 5000,
  /**
   * Milliseconds between two changes of address because certificates have ended: those that end meanwhile
   * are cut together.
   */
  endedMs: 60_000,
  /** Milliseconds after which it is looked again for another key of an actor whose own ends soon: a day. */
  endsSoonMs: 86_400_000,
  /** Characters of the metrics of an actor, as JSON: the whole of it is written at each change. */
  metricsChars: 1_048_576,
  /** Milliseconds that a graceful stop may take in all; users wait no longer than two seconds. */
  stopMs: 1800,
} as const

/** Every limit there is, as `docs/limits.md` lists them: `limits.ports.keptMessages`. */
export const limits = { ports: portLimits, discovery: discoveryLimits, runtime: runtimeLimits } as const
