import { expect } from 'chai'
import { z } from 'zod'
import { type AppShape, requireCompatible } from '../../../../control/rollout/compatible.js'
import { message } from '../../../../ports/index.js'
import { codeOf } from './codes.js'

function shape(version: string, word: z.ZodType, group: Partial<AppShape['groups'][string]> = {}): AppShape {
  const { fingerprint, jsonSchema } = message('Word', word)
  const timing = { heartbeat: 100 }
  return {
    version,
    messages: { Word: { fingerprint, jsonSchema: jsonSchema ?? null } },
    groups: { Cell: { quorum: 2, timed: false, timing, ...group } },
  }
}

const text = z.object({ text: z.string() })

describe('two versions of an app', () => {
  it('understand each other where optional fields were added, or taken away', () => {
    const more = shape('2', z.object({ text: z.string(), loud: z.boolean().optional() }))
    requireCompatible(shape('1', text), more)
    requireCompatible(more, shape('3', text))
  })

  it('do not where anything else differs, and it is said where', () => {
    const others: readonly [z.ZodType, RegExp][] = [
      [z.object({ text: z.number() }), /value\.text: string now, number then/],
      [z.object({ text: z.string(), more: z.string() }), /value\.more/],
      [z.object({}), /value\.text/],
      [z.object({ text: z.string().optional() }), /value\.text/],
    ]
    for (const [word, why] of others) {
      expect(codeOf(() => requireCompatible(shape('1', text), shape('2', word)))).to.equal(
        'deploy-incompatible',
      )
      expect(() => requireCompatible(shape('1', text), shape('2', word))).to.throw(why)
    }
  })

  it('are of one group where what its members must agree on is the same', () => {
    for (const group of [{ quorum: 3 }, { quorum: null }, { timed: true }, { timing: { heartbeat: 50 } }]) {
      const change = (): void => requireCompatible(shape('1', text), shape('2', text, group))
      expect(codeOf(change)).to.equal('deploy-could-split')
      expect(change).to.throw(/Cell of version 2 has another (quorum|timed|timing)/)
    }
  })

  it('need no more of what is new in one of them', () => {
    const none = { version: '2', messages: {}, groups: {} }
    requireCompatible(shape('1', text), none)
    requireCompatible(none, shape('1', text))
  })
})
