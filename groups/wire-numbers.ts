/**
 * How large the numbers in messages of a group may be. Those that are read stay `HEADROOM` below those that
 * can be written: who counts on from a number that anybody sent gets to none that cannot be written.
 */
export const HEADROOM = 2 ** 20

/** Of a term. */
export const TERM_MAX = 2 ** 32 - 1
export const READ_TERM_MAX = TERM_MAX - HEADROOM

/** Of epochs, indexes and all that is counted; what is written may be any safe integer. */
export const READ_INTEGER_MAX = Number.MAX_SAFE_INTEGER - HEADROOM

/** Of times, either way from 0; what is written may be any finite number, as a sum of such times is. */
export const READ_TIME_MAX = Number.MAX_SAFE_INTEGER
