/** Names the host as far as loopback reaches: two programs with the same id can talk over 127.0.0.1. */
import { createHash } from 'node:crypto'
import { readFileSync, readlinkSync } from 'node:fs'
import { hostname } from 'node:os'

/** 16 hex characters. On Linux of the boot and the network namespace; elsewhere of the host's name. */
export function hostId(): string {
  const facts = [hostname(), read(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim())]
  facts.push(read(() => readlinkSync('/proc/self/ns/net')))
  return createHash('sha256').update(facts.join('\n')).digest('hex').slice(0, 16)
}

function read(from: () => string): string {
  try {
    return from()
  } catch {
    return ''
  }
}
