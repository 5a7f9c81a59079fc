/**
 * Which numbers of others are believed. Epochs count on from the highest that anybody told, and from wall
 * clocks; one near the largest that can be written would leave none to count on to. So what is told may be a
 * hundred years ahead of the own wall clock, or a little ahead of all that is known, and no more.
 */
import type { Body, GroupMessage } from './messages.js'
import { HEADROOM, READ_INTEGER_MAX } from './wire-numbers.js'

/** Microseconds. */
const CENTURY_US = 100 * 365.25 * 86_400 * 1e6

/** What a wall clock shows at most, microseconds since 1970: from the year 2155 on it is taken to stand. */
const LATEST_WALL_US = READ_INTEGER_MAX - CENTURY_US

/** What a wall clock shows, as far as it can be counted on from. */
export function clampedWallUs(wallUs: number): number {
  return Math.min(Math.max(wallUs, 0), LATEST_WALL_US)
}

/** Whether an epoch, or a wall clock, may be one. */
export function isCredible(us: number, known: number, wallUs: number): boolean {
  return us <= Math.max(known + HEADROOM, clampedWallUs(wallUs) + CENTURY_US)
}

/** The highest of the numbers of a message that others count on from. */
export function latestUs({ promised, facts, body }: GroupMessage): number {
  return Math.max(promised.epoch, facts.known, latestIn(body))
}

function latestIn(body: Body): number {
  if (body.kind === 'pre-answer') return Math.max(body.wallUs, body.genesis.epoch)
  if (body.kind === 'clock-answer') return Math.max(body.ballot.epoch, body.shows.clock.epoch)
  return 'ballot' in body ? body.ballot.epoch : 0
}
