import { expect } from 'chai'
import { jsonText } from '../../../control/rpc/python-json.js'
import { readReply, replyBytes, replyIn, resultBody } from '../../../control/rpc/reply.js'
import { commandVectors, publishedVectors } from './vectors.js'

const asked = { nonce: 4, command: 100 }

describe('the answer to a command on the wire', () => {
  for (const { title, reply } of commandVectors) {
    it(`of ${title} is read, and written again to the byte`, () => {
      const found = readReply(reply)
      if (!found) throw new Error('it was not read')
      expect(Buffer.from(jsonText(found, { comma: ',', colon: ':' }))).to.deep.equal(reply)
    })
  }

  it('has the number and the command of the request, and no other', () => {
    const bytes = replyBytes(asked, { result: 100, data: { a: 1 }, command: 7, nonce: 8 })
    expect(bytes.toString()).to.equal(
      '{"nonce":4,"command":100,"result":100,"data":{"a":1},"errorKind":0,"errorCode":0,"errorMessage":null}',
    )
  })

  it('leaves values as they are', () => {
    const data = { a_b: 'C d-E', n: -1, x: 1e-7 }
    const bytes = replyBytes({ nonce: -1, command: 0 }, { result: 100, data, errorMessage: 'not so - never' })
    expect(readReply(bytes)).to.deep.include({ nonce: -1, data, errorMessage: 'not so - never' })
  })

  it('says that the command failed where it has an error code', () => {
    expect(readReply(replyBytes(asked, { result: 400, errorCode: 17 }))).to.deep.include({ errorKind: 2 })
  })

  it('is a failure of the system where its data has no JSON', () => {
    const found = readReply(replyBytes(asked, { result: 100, data: () => 1 }))
    expect(found).to.deep.include({ nonce: 4, result: 500, data: null, errorKind: 1, errorCode: 0 })
    expect(found?.errorMessage).to.match(/serializing the 'data'/)
  })

  it('as the result that is published has another order, and is read the same', () => {
    const only = publishedVectors.find(({ topic }) => topic.readUInt32LE() === 6001)
    const value: unknown = JSON.parse(only?.body.toString() ?? '')
    expect(replyIn(value)).to.deep.equal({
      ...{ nonce: 4, command: 100, result: 100, data: { outputPath: '/data/run_1' } },
      ...{ errorKind: 0, errorCode: 0, errorMessage: null },
    })
    const body = resultBody(asked, { result: 100, data: { outputPath: '/data/run_1' } })
    expect(Buffer.from(jsonText(body))).to.deep.equal(only?.body)
  })

  it('has null for what Python writes for a number that is none, and its texts as they are', () => {
    const data = '{"a": NaN, "NaN": [-Infinity, Infinity, "NaN \\"NaN\\\\"]}'
    const reply = readReply(Buffer.from(`{"nonce": 1, "command": 0, "result": 100, "data": ${data}}`))
    expect(reply?.data).to.deep.equal({ a: null, NaN: [null, null, 'NaN "NaN\\'] })
    const strange = [
      '{"nonce": NaNa}',
      '"',
      '\\"'.repeat(500_000),
      '"\\"'.repeat(300_000),
      'NaN,'.repeat(250_000),
    ]
    for (const text of strange) expect(readReply(Buffer.from(text))).to.equal(undefined)
  })

  it('is none where it has no number, command or result', () => {
    for (const value of [null, 1, [], {}, { nonce: 1, command: 1 }, { nonce: '1', command: 1, result: 1 }]) {
      expect(replyIn(value)).to.equal(undefined)
    }
  })
})
