/** What was seen on the wire of auto-trainer-api 0.9.7, in hex. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { projectRoot } from '../../project.js'

const schema = z.object({
  published: z.array(z.tuple([z.string(), z.string()])),
  commands: z.array(z.object({ request: z.string(), reply: z.array(z.string()).length(1) })),
})

const text = readFileSync(join(projectRoot, 'test', 'fixtures', 'rpc-service.json'), 'utf8')
const { published, commands } = schema.parse(JSON.parse(text))
const bytesOf = (hex: string): Buffer => Buffer.from(hex, 'hex')

/** Topic frame and body of each message that was published. */
export const publishedVectors = published.map(([topic, body]) => ({
  topic: bytesOf(topic),
  body: bytesOf(body),
}))

/** Each command, and its answer. */
export const commandVectors = commands.map(({ request, reply: [reply = ''] }) => ({
  title: bytesOf(request).toString(),
  request: bytesOf(request),
  reply: bytesOf(reply),
}))
