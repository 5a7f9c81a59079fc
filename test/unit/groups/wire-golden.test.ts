import { expect } from 'chai'
import { decodeGroupMessage, encodeGroupMessage } from '../../../groups/wire.js'
import { readProjectFile } from '../../project.js'
import { messageExamples } from './wire-examples.js'

const LINE = /^([0-9a-f]{2}(?: [0-9a-f]{2})*)(?: {2}\S.*)$/

/** The bytes that the fixture has, by their name. */
function goldenBytes(): Map<string, string> {
  const [, ...sections] = readProjectFile('test/fixtures/groups/wire.txt').split('\n# ')
  return new Map(
    sections.map((section) => {
      const [name = '', ...lines] = section.trimEnd().split('\n')
      const hex = lines.map((line) => LINE.exec(line)?.[1] ?? `no line of bytes: ${line}`)
      return [name, hex.join(' ').replaceAll(' ', '')]
    }),
  )
}

const golden = goldenBytes()

describe('wire, the bytes of each kind', () => {
  it('are kept of each example', () => {
    expect([...golden.keys()]).to.have.members([...Object.keys(messageExamples)])
  })

  it('are kept of each kind', () => {
    const kinds = new Set(Object.values(messageExamples).map(({ body }) => body.kind))
    expect(kinds).to.have.property('size', 14)
  })

  for (const [name, example] of Object.entries(messageExamples)) {
    it(`${name}: as they ever were`, () => {
      const hex = golden.get(name) ?? ''
      expect(Buffer.from(encodeGroupMessage(example)).toString('hex')).to.equal(hex)
      expect(decodeGroupMessage(Buffer.from(hex, 'hex'))).to.deep.equal(example)
    })
  }
})
