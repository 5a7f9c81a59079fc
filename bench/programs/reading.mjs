// The small typed object of the throughput runs: what a meter would send.

import { z } from 'zod'

export const readingSchema = z.object({
  meter: z.string(),
  seq: z.number(),
  at: z.number(),
  volts: z.number(),
  amps: z.number(),
  phase: z.number(),
})

const START = Date.UTC(2026, 0, 1)

/** Reading number `seq`. */
export function readingOf(seq) {
  return {
    meter: 'feeder7-m0042',
    seq,
    at: START + seq,
    volts: 230.005 + (seq % 1000) / 100,
    amps: 5.03125 + (seq % 64) / 16,
    phase: seq % 3,
  }
}

/** What both sides add up. */
export function amountOf(reading) {
  return reading.seq + reading.volts + reading.amps
}
