/**
 * The numbers of auto-trainer-api 0.9.7, under the names that it gives them. Topics, kinds of events and
 * commands are open: applications and later versions add others, which pass as they are.
 */

/** What a published message is, in its first frame. */
export const ApiTopic = {
  ANY: 0,
  HEARTBEAT: 1001,
  EMERGENCY: 2001,
  EVENT: 4001,
  PROPERTY_CHANGE: 5001,
  COMMAND_RESULT: 6001,
} as const

/** Commands that every application of this kind knows. */
export const ApiCommand = {
  NONE: 0,
  START_ACQUISITION: 100,
  STOP_ACQUISITION: 110,
  EMERGENCY_STOP: 200,
  EMERGENCY_RESUME: 210,
  GET_CONFIGURATION: 300,
  GET_STATUS: 400,
  /** Any other; `customCommand` says which. */
  USER_DEFINED: 99_999,
} as const

/** How a command went. */
export const ApiCommandRequestResult = {
  UNRECOGNIZED: 0,
  SUCCESS: 100,
  /** It was begun; nothing more is heard of it. */
  PENDING: 200,
  /** It was begun; a `COMMAND_RESULT` follows. */
  PENDING_WITH_NOTIFICATION: 201,
  FAILED: 400,
  EXCEPTION: 500,
  /** Nobody is there to take it. */
  UNAVAILABLE: 9999,
} as const

/** Whose failure it was. */
export const ApiErrorKind = {
  NONE: 0,
  /** The service's, or the request was none. */
  SYSTEM_ERROR: 1,
  /** The command's. */
  COMMAND_ERROR: 2,
} as const

/** What an event tells of. Below 1000 the core, from 9000 the application; `9001` to `9099` are quorate's. */
export const ApiEventKind = {
  EMERGENCY_STOP: 101,
  EMERGENCY_RESUME: 102,
  APPLICATION_LAUNCHED: 201,
  APPLICATION_TERMINATING: 202,
  ACQUISITION_STARTED: 301,
  ACQUISITION_ENDED: 305,
  PROPERTY_CHANGED: 501,
  PEER_CONNECTED: 9001,
  PEER_DISCONNECTED: 9002,
  LEADER_ELECTED: 9011,
  LEADER_LOST: 9012,
  QUORUM_LOST: 9013,
  POLL_ENDED: 9021,
  DEADLINE_MISSED: 9031,
  STALLED: 9032,
} as const

/** Of these an event goes out as an emergency, too. */
const EMERGENCIES: readonly number[] = [ApiEventKind.EMERGENCY_STOP, ApiEventKind.EMERGENCY_RESUME]

export function isEmergency(kind: unknown): boolean {
  return EMERGENCIES.some((each) => each === kind)
}

/**
 * What every actor of quorate is asked by, as `customCommand` of USER_DEFINED; docs/rpc.md says what each is
 * given and gives.
 */
export const ActorCommand = {
  /** Its commands with the schemas of their arguments, properties and groups. */
  DESCRIBE: 9001,
  /** Runs a command: `{ name, args }`. */
  CALL: 9002,
  /** The value of a property: `{ name }`. */
  GET: 9003,
  /** Sets a property: `{ name, value }`. */
  SET: 9004,
  /** Has the leader of a group hand over: `{ group, to }`. */
  GROUP_TRANSFER: 9005,
  /** Has a group vote: `{ group, topic, kind, timeout }`. */
  GROUP_VOTE: 9006,
} as const

const COMMANDS: readonly number[] = Object.values(ApiCommand)

/** Whether 0.9.7 has a command of this number; others it takes for USER_DEFINED. */
export function isKnownCommand(command: unknown): command is number {
  return COMMANDS.some((each) => each === command)
}
