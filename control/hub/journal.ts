/** Where the hub keeps what it must not lose. */
import type { JsonObject, Verbatim } from '../fastapi/json.js'

/** What a record is of: a command for a target, what became of it, a reply to it, a worker, a queue. */
export type RecordKind = 'command' | 'state' | 'reply' | 'worker' | 'queue'
export type RecordKey = readonly [kind: RecordKind, ...names: string[]]

export interface Journal {
  /** What was kept, in no order. */
  records(): Iterable<readonly [RecordKey, JsonObject]>
  /** All that is put and removed within one turn of the event loop is kept together, or not at all. */
  put(key: RecordKey, record: Verbatim): void
  remove(key: RecordKey): void
}
