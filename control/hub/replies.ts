/** The replies that a hub keeps: all of each command, of which its seed shows the last. */
import { composed, isObject, type JsonObject } from '../fastapi/json.js'
import { wholeIn } from './entry.js'
import type { Journal } from './journal.js'
import { hubLimits } from './limits.js'
import { type Reply, replyBody, replyOf } from './models.js'

interface Kept {
  /** That of the first reply to its command, by which commands are in order. */
  readonly first: number
  readonly sequence: number
  readonly reply: Reply
}

export class Replies {
  readonly #journal: Journal
  /** By command, then by reply: the order is that in which they came. */
  readonly #kept = new Map<string, Map<string, Kept>>()
  #count = 0
  #sequence = 0

  constructor(journal: Journal) {
    this.#journal = journal
  }

  restore(records: readonly JsonObject[]): void {
    const kept = records.flatMap((record): Kept[] => {
      const body = record.get('reply')
      const [first, sequence] = [wholeIn(record, 'first'), wholeIn(record, 'sequence')]
      return isObject(body) ? [{ first, sequence, reply: replyOf(body) }] : []
    })
    kept.sort((one, other) => one.first - other.first || one.sequence - other.sequence)
    for (const each of kept) {
      this.#set(each)
      this.#sequence = Math.max(this.#sequence, each.sequence)
    }
  }

  /** Commands that have some, in the order in which they had their first. */
  all(): IterableIterator<string> {
    return this.#kept.keys()
  }

  /** In the order in which they came. */
  of(commandId: string): readonly Reply[] {
    return [...(this.#kept.get(commandId)?.values() ?? [])].map(({ reply }) => reply)
  }

  last(commandId: string): Reply | undefined {
    return this.of(commandId).at(-1)
  }

  has({ commandId, id }: Reply): boolean {
    return this.#kept.get(commandId)?.has(id) ?? false
  }

  /** One of the same id takes its place, as the last. */
  add(reply: Reply): void {
    const sequence = ++this.#sequence
    const [earlier] = this.#kept.get(reply.commandId)?.values() ?? []
    const first = earlier?.first ?? sequence
    this.#set({ first, sequence, reply })
    const record = composed({ first, sequence, reply: replyBody(reply) })
    this.#journal.put(['reply', reply.commandId, reply.id], record)
    for (const oldest of this.#kept.keys()) {
      if (this.#count <= hubLimits.keptReplies) break
      this.forget(oldest)
    }
  }

  /** False where there was none. */
  forget(commandId: string): boolean {
    const kept = this.#kept.get(commandId)
    for (const id of kept?.keys() ?? []) this.#journal.remove(['reply', commandId, id])
    this.#count -= kept?.size ?? 0
    return this.#kept.delete(commandId)
  }

  #set(kept: Kept): void {
    const { commandId, id } = kept.reply
    const ofCommand = this.#kept.get(commandId) ?? new Map<string, Kept>()
    if (!ofCommand.delete(id)) this.#count++
    this.#kept.set(commandId, ofCommand.set(id, kept))
  }
}
