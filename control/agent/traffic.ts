/**
 * What processes send and receive, as the kernel counts it for each TCP connection: `ss` of iproute2 tells it
 * of the processes of the same user. What else they send is not counted, nor a connection that begins and
 * ends between two looks.
 */
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { agentLimits } from './limits.js'

/** Bytes of each connection since it began, both ways, by process. */
export type Traffic = ReadonlyMap<number, ReadonlyMap<string, number>>

/** Undefined where the system does not tell. Never rejects. */
export async function trafficNow(): Promise<Traffic | undefined> {
  try {
    const limits = { timeout: agentLimits.trafficMs, maxBuffer: agentLimits.trafficBytes }
    const { stdout } = await promisify(execFile)('ss', ['-tinpHO'], limits)
    return trafficIn(stdout)
  } catch {
    return undefined
  }
}

/** What `ss` told: a line for each connection. */
export function trafficIn(text: string): Traffic {
  const all = new Map<number, Map<string, number>>()
  for (const line of text.split('\n')) {
    const [state, , , local, peer] = line.trim().split(/\s+/)
    const bytes = numberIn(/\bbytes_sent:(\d+)/, line) + numberIn(/\bbytes_received:(\d+)/, line)
    // Those that fork share a connection: it is of each of them.
    for (const [, pid] of line.matchAll(/\bpid=(\d+)/g)) {
      if (state === 'LISTEN' || !local || !peer) continue
      const own = all.get(Number(pid)) ?? new Map<string, number>()
      all.set(Number(pid), own.set(`${local} ${peer}`, bytes))
    }
  }
  return all
}

/** Bytes that have passed since another look. */
export function passedSince(before: ReadonlyMap<string, number>, now: ReadonlyMap<string, number>): number {
  let bytes = 0
  // The same addresses may be another connection by now.
  for (const [connection, count] of now) bytes += Math.max(0, count - (before.get(connection) ?? 0))
  return bytes
}

function numberIn(pattern: RegExp, line: string): number {
  return Number(pattern.exec(line)?.[1] ?? 0)
}
