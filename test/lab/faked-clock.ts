/**
 * The clocks of one process, faked by libfaketime: its wall clock is set while it runs, or all its clocks run
 * fast or slow. Then what it tells of its monotonic clock is translated: its rate is known, and how far it is
 * off was asked.
 */
import { existsSync, writeFileSync } from 'node:fs'

/** How long a process believes what it read of the file: a second is the least that libfaketime takes. */
const CACHED_S = 1

const LIBRARIES = ['x86_64-linux-gnu', 'aarch64-linux-gnu'].map(
  (kind) => `/usr/lib/${kind}/faketime/libfaketimeMT.so.1`,
)

/** Where libfaketime is; undefined where it is not. */
export function faketimeLibrary(): string | undefined {
  return LIBRARIES.find((path) => existsSync(path))
}

/** What a process runs with, as `env` takes it, so that its wall clock is what `file` says. */
export function settableClock(file: string): readonly string[] {
  writeClock(file, 0)
  return [
    ...preload(),
    `FAKETIME_TIMESTAMP_FILE=${file}`,
    `FAKETIME_CACHE_DURATION=${CACHED_S}`,
    'FAKETIME_DONT_FAKE_MONOTONIC=1',
  ]
}

/** Sets the wall clock so many seconds off. Resolves when it is in force. */
export async function setClock(file: string, seconds: number): Promise<void> {
  writeClock(file, seconds)
  await new Promise((resolve) => setTimeout(resolve, CACHED_S * 1100))
}

function writeClock(file: string, seconds: number): void {
  writeFileSync(file, `${seconds < 0 ? '-' : '+'}${Math.abs(seconds)}`)
}

/** What a process runs with so that all its clocks run at this rate. */
export function ratedClock(rate: number): readonly string[] {
  return [...preload(), `FAKETIME=+0 x${rate}`]
}

function preload(): readonly string[] {
  return [`LD_PRELOAD=${faketimeLibrary()}`]
}

/** A question and its answer: the asker's clock before and after, and the clock that was asked between. */
export interface Asked {
  readonly beforeMs: number
  readonly afterMs: number
  readonly saidMs: number
}

/** From the clock of a process to that of this machine. @param asked the shortest is believed. */
export function translation(rate: number, asked: readonly Asked[]): (saidMs: number) => number {
  const [best] = [...asked].sort((a, b) => a.afterMs - a.beforeMs - (b.afterMs - b.beforeMs))
  if (!best) throw new Error('the clock was not asked')
  const { beforeMs, afterMs, saidMs } = best
  return (said) => (said - saidMs) / rate + (beforeMs + afterMs) / 2
}
