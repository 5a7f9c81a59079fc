/**
 * How large the numbers in messages of a group may be. Those that are read stay `HEADROOM` below those that
 * can be written: who counts on from a number that anybody sent gets to none that cannot be written. Only
 * its leader, who must be believed, can bring a follower to an index beyond what others read.
 */
export const HEADROOM = 2 ** 20

/** Of a term. */
export const TERM_MAX = 2 ** 32 - 1
export const READ_TERM_MAX = TERM_MAX - HEADROOM

/** Of epochs, indexes and all that is counted; what is written may be any safe integer. */
export const READ_INTEGER_MAX = Number.MAX_SAFE_INTEGER - HEADROOM

/** Of times, milliseconds either way from 0; what is written may be any finite number. */
export const READ_TIME_MAX = Number.MAX_SAFE_INTEGER

/** Of a group clock, to which time-outs are added: their sum is to be read, too. */
export const READ_CLOCK_MAX = READ_TIME_MAX / 2

/** Of a time-out: a day. */
export const READ_TIMEOUT_MAX = 86_400_000
