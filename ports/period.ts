/** Spans of time as people write them. */
import { OperationError } from './errors.js'
import { LONGEST_DELAY_MS } from './expiry.js'

/** Milliseconds, or a text as '10ms', '2.5s', '1min'. */
export type Period = number | string

/** A span of time as a text: '10ms', '2.5s', '1min', '5 msec', '0.5 sec'. */
export type PeriodText = `${number}${'ms' | 'msec' | 's' | 'sec' | 'min'}`

/**
 * A period as it is written: a text that stands in the code must be a span of time to compile, a `string`,
 * as that of a parameter, is checked when it is used.
 */
export type WrittenPeriod<P extends Period> = number | PeriodText | (string extends P ? P : never)

/** The option `deadline`, of which the types know the text where it is written. */
export interface DeadlineOption<P extends Period> {
  /** As `deadline` of PortOptions. */
  readonly deadline?: WrittenPeriod<P>
}

const UNITS: Readonly<Record<string, number>> = { ms: 1, msec: 1, s: 1000, sec: 1000, min: 60_000 }
const PERIOD = /^(\d+(?:\.\d+)?)\s*(ms|msec|s|sec|min)$/

/**
 * Milliseconds. @param what names the period in the error: `the period of a timer`.
 * @throws OperationError `bad-option` for anything but 0.1 ms to 24 days.
 */
export function periodMs(period: Period, what: string): number {
  const ms = typeof period === 'string' ? msOf(period) : period
  if (ms >= 0.1 && ms <= LONGEST_DELAY_MS) return ms
  throw new OperationError(
    'bad-option',
    `${what} cannot be ${shown(period)}; give milliseconds, or a text as '10ms', '2.5s' or '1min'`,
  )
}

/** JSON knows no NaN and no Infinity, which come of a calculation that went wrong. */
function shown(period: unknown): string {
  return typeof period === 'number' ? String(period) : JSON.stringify(period)
}

function msOf(text: string): number {
  const match = PERIOD.exec(text)
  return Number(match?.[1]) * (UNITS[match?.[2] ?? ''] ?? Number.NaN)
}
