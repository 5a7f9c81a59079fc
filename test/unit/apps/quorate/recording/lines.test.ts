import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { headerOf, messagesOf, typesOf } from '../../../../../apps/quorate/recording/lines.js'
import { rejectionOf } from '../../../../rejection.js'

const HEADER = '{"quorate":"recording","v":1,"app":"meters","at":5}'
const TYPE = '{"type":{"name":"M","fingerprint":"0123456789abcdef"},"scope":"local"}'

describe('the lines of a recording', () => {
  const folder = mkdtempSync(join(tmpdir(), 'quorate-recording-'))
  after(() => rmSync(folder, { recursive: true }))
  let files = 0

  function file(...lines: string[]): string {
    const path = join(folder, `${files++}.jsonl`)
    writeFileSync(path, lines.join('\n'))
    return path
  }

  async function all(path: string) {
    const messages = []
    for await (const message of messagesOf(path)) messages.push(message)
    return messages
  }

  it('are a header, types and messages', async () => {
    const path = file(
      HEADER,
      TYPE,
      '{"t":1.5,"from":["A","c","p"],"m":"M","v":{"n":1}}',
      '{"t":2,"from":["A","c","p"],"m":"M","b":"YWJj"}',
      '',
    )
    expect((await headerOf(path)).app).to.equal('meters')
    const types = await typesOf(path)
    expect([...types]).to.deep.equal([
      ['M', { type: { name: 'M', fingerprint: '0123456789abcdef' }, scope: 'local' }],
    ])
    expect(await all(path)).to.deep.equal([
      { t: 1.5, m: 'M', value: { n: 1 }, asBytes: false },
      { t: 2, m: 'M', value: Buffer.from('abc'), asBytes: true },
    ])
  })

  it('name the line that is none', async () => {
    const message = '{"t":1,"from":["A","c","p"],"m":"M","v":1}'
    for (const wrong of [
      '{',
      '[]',
      '{"t":-1}',
      message.replace('1', '"1"'),
      message.replace(':1}', ':{"$no":1}}'),
    ]) {
      expect((await rejectionOf(all(file(HEADER, TYPE, message, wrong)))).message, wrong).to.contain(':4 ')
    }
    const badType = file(HEADER, '{"type":{"name":""}}')
    expect((await rejectionOf(typesOf(badType))).message).to.contain(':2 tells of no type')
  })

  it('are no recording without their header', async () => {
    for (const first of ['', '{}', HEADER.replace('"v":1', '"v":2')]) {
      expect((await rejectionOf(headerOf(file(first)))).message).to.contain('is no recording of quorate')
    }
  })
})
