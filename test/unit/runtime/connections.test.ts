import { expect } from 'chai'
import { z } from 'zod'
import type { ActorRecord, Listing } from '../../../discovery/index.js'
import { type MessageType, message, Pub } from '../../../ports/index.js'
import { Connections } from '../../../runtime/connections.js'

const mine = message('Reading', z.object({ n: z.number() }))
const newer = message('Reading', z.object({ n: z.number(), unit: z.string().optional() }))
const other = message('Reading', z.object({ n: z.string() }))

function recordOf(id: string): ActorRecord {
  return { id, app: 'lab', actor: 'Sink', host: '127.0.0.1', port: 1, key: '', generation: 0, wire: [1] }
}

/** Of a sub whose type has the fingerprint of one message, and the schema of another. */
function listingOf({ fingerprint }: MessageType, { jsonSchema }: MessageType): Listing {
  const type = { name: 'Reading', fingerprint }
  return {
    ports: [{ component: 'it', port: 'in', kind: 'sub', scope: 'global', endpoint: '', types: [type] }],
    types: [jsonSchema ? { ...type, jsonSchema } : type],
  }
}

describe('the connections of an actor', () => {
  it('let nobody speak for the schemas of others', () => {
    const port = new Pub(mine)
    port.place('it', 'out', 'global')
    const apart: string[] = []
    const connections = new Connections({
      ports: [port],
      actorId: '00',
      hostId: 'host',
      mismatch: (_port, { actorId }) => apart.push(actorId),
    })
    connections.update(recordOf('liar'), listingOf(newer, other))
    connections.update(recordOf('honest'), listingOf(newer, newer))
    connections.update(recordOf('other'), listingOf(other, other))
    expect(apart).to.deep.equal(['liar', 'other'])
  })
})
