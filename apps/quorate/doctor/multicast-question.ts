/**
 * One mDNS question, as bytes, that nobody answers: for a random name under `.local`. Every mDNS responder
 * takes it for what it is, so it disturbs nobody.
 *
 *      0     2     4     6     8     10    12
 *     ┌─────┬─────┬─────┬─────┬─────┬─────┬───────────────────────────┬──────┬──────┐
 *     │ id  │flags│asked│ 0   │ 0   │ 0   │ labels: length, bytes … 0 │ TXT  │ IN   │
 *     │ = 0 │ = 0 │ = 1 │     │     │     │                           │ = 16 │ = 1  │
 *     └─────┴─────┴─────┴─────┴─────┴─────┴───────────────────────────┴──────┴──────┘
 */
import { randomBytes } from 'node:crypto'

const HEADER = Buffer.from([0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0])
const TXT_IN = Buffer.from([0, 16, 0, 1])

export function multicastQuestion(): Buffer {
  const labels = [`probe-${randomBytes(8).toString('hex')}`, 'local']
  const name = labels.flatMap((label) => [Buffer.from([label.length]), Buffer.from(label)])
  return Buffer.concat([HEADER, ...name, Buffer.from([0]), TXT_IN])
}
