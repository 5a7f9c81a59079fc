/**
 * What both ends of a bridge mean by a lane. Before its first use the end that begins says its terms, and the
 * other compares: names and schemas as ports do, direction and kind. What was agreed is then named by its
 * signature with every use, so an end that was started anew with other schemas is asked again.
 */
import { z } from 'zod'
import { incompatibility, type MessageType, type TypeSummary } from '../../ports/index.js'
import { BridgeError } from './errors.js'
import { type Lane, oppositeWay, type Way } from './lanes.js'

const WORD_CHARS = 128
const word = z.string().max(WORD_CHARS)

export const laneTerms = z.object({
  lane: word,
  way: z.enum(['says', 'hears', 'answers', 'asks', 'shows', 'watches']),
  kind: word,
  types: z
    .array(
      z.object({ name: word, fingerprint: word, jsonSchema: z.record(z.string(), z.unknown()).optional() }),
    )
    .max(2),
})

/** What an end means by a lane. */
export type LaneTerms = z.infer<typeof laneTerms>

export function termsOf(name: string, lane: Lane): LaneTerms {
  const kind = 'kind' in lane ? lane.kind : ''
  return { lane: name, way: lane.way, kind, types: typesOf(lane).map(summaryOf) }
}

/** The same where the same was agreed. */
export function signatureOf({ way, kind, types }: LaneTerms): string {
  return [way, kind, ...types.map(({ fingerprint }) => fingerprint)].join(' ')
}

/**
 * Why these two do not fit, as the end of `theirs` is to read it; undefined where they do.
 */
export function mismatch(mine: LaneTerms, theirs: LaneTerms): string | undefined {
  const what = `the lane ${mine.lane}`
  if (theirs.way !== oppositeWay(mine.way)) {
    return `${what} ${theirs.way} here and ${mine.way} there; let one end be ${oppositeWay(mine.way)}`
  }
  if (mine.kind !== theirs.kind) return `${what} is ${theirs.kind} here and ${mine.kind} there`
  if (mine.types.length !== theirs.types.length) return `${what} has more messages at one end`
  for (const [index, type] of mine.types.entries()) {
    const other = theirs.types[index]
    const difference = other && incompatibility(other, type)
    if (difference) return `${what}: ${type.name}: ${difference}`
  }
  return undefined
}

/** What the other end of a bridge has agreed to. */
export class Agreements {
  /** Signatures of the other end, by lane. */
  readonly #agreed = new Map<string, string>()

  /** The other end says what it means. @throws BridgeError `bridge-mismatch`. */
  propose(mine: LaneTerms, theirs: LaneTerms): void {
    const difference = mismatch(mine, theirs)
    if (difference !== undefined) {
      this.#agreed.delete(mine.lane)
      throw new BridgeError('bridge-mismatch', difference)
    }
    this.#agreed.set(mine.lane, signatureOf(theirs))
  }

  /** @throws BridgeError `bridge-unagreed` where it uses a lane in another sense than it said. */
  demand(lane: string, signature: string | undefined, way: Way): void {
    if (signature !== undefined && this.#agreed.get(lane) === signature) return
    throw new BridgeError('bridge-unagreed', `it was not agreed what the lane ${lane} ${way}; agree first`)
  }
}

function typesOf(lane: Lane): readonly MessageType[] {
  if ('query' in lane) return [lane.query, lane.answer]
  if ('type' in lane) return [lane.type]
  return ['using' in lane ? lane.using : lane.group.using]
}

function summaryOf({ name, fingerprint, jsonSchema }: MessageType): TypeSummary & { jsonSchema?: object } {
  return { name, fingerprint, ...(jsonSchema && { jsonSchema }) }
}
