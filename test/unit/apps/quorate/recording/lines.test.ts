import { mkdtempSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { commandLimits } from '../../../../../apps/quorate/limits.js'
import { headerOf, messagesOf, surveyOf } from '../../../../../apps/quorate/recording/lines.js'
import { rejectionOf } from '../../../../rejection.js'

const HEADER = '{"quorate":"recording","v":2,"app":"meters","at":5}'
const TYPE = '{"type":{"name":"M","fingerprint":"0123456789abcdef"},"scope":"local"}'

const MESSAGE = '{"t":1,"from":["A","c","p"],"m":"M","v":1}'
const LOCAL_MESSAGE = MESSAGE.replace('"v"', '"scope":"local","v"')

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
    const { types, cutAt } = await surveyOf(path)
    expect([...types]).to.deep.equal([
      ['local M', { type: { name: 'M', fingerprint: '0123456789abcdef' }, scope: 'local' }],
    ])
    expect(cutAt).to.equal(undefined)
    expect(await all(path)).to.deep.equal([
      { t: 1.5, key: 'global M', value: { n: 1 }, asBytes: false },
      { t: 2, key: 'global M', value: Buffer.from('abc'), asBytes: true },
    ])
  })

  it('tell two types of one name apart by their scopes', async () => {
    const path = file(HEADER, TYPE, TYPE.replace('local', 'global'), MESSAGE, LOCAL_MESSAGE)
    expect([...(await surveyOf(path)).types.keys()]).to.deep.equal(['local M', 'global M'])
    expect((await all(path)).map(({ key }) => key)).to.deep.equal(['global M', 'local M'])
  })

  it('end where they were cut, in a message or a type', async () => {
    for (const cut of [MESSAGE, TYPE]) {
      const path = file(HEADER, TYPE, MESSAGE, cut.slice(0, -3))
      expect((await surveyOf(path)).cutAt, cut).to.equal(4)
      expect(await all(path), cut).to.have.length(1)
    }
    const whole = file(HEADER, TYPE, MESSAGE)
    expect((await surveyOf(whole)).cutAt).to.equal(undefined)
    expect(await all(whole)).to.have.length(1)
  })

  it('may come in pieces of any length, and are refused when too long', async () => {
    const long = MESSAGE.replace('"v":1', `"v":"${'é'.repeat(200_000)}"`)
    const [message] = await all(file(HEADER, TYPE, long, ''))
    expect(message?.value).to.equal('é'.repeat(200_000))
    const path = file(HEADER, TYPE, '')
    truncateSync(path, statSync(path).size + commandLimits.recordedLineBytes + 1)
    for (const read of [() => surveyOf(path), () => all(path)]) {
      expect((await rejectionOf(read())).message).to.equal(`${path}:3 is too long for a recording`)
    }
    expect((await rejectionOf(headerOf('/dev/zero'))).message).to.contain('/dev/zero:1 is too long')
  })

  it('are of a file that can be read', async () => {
    for (const path of [folder, join(folder, 'none'), '']) {
      const { message } = await rejectionOf(headerOf(path))
      expect(message)
        .to.match(/^the recording .* cannot be read: E(ISDIR|NOENT)/)
        .and.contain(path)
    }
  })

  it('name the line that is none', async () => {
    for (const wrong of [
      '{',
      '[]',
      '{"t":-1}',
      MESSAGE.replace('1', '"1"'),
      MESSAGE.replace(':1}', ':{"$no":1}}'),
    ]) {
      expect((await rejectionOf(all(file(HEADER, TYPE, MESSAGE, wrong, '')))).message, wrong).to.contain(
        ':4 ',
      )
    }
    const badType = file(HEADER, '{"type":{"name":""}}', '')
    expect((await rejectionOf(surveyOf(badType))).message).to.contain(':2 tells of no type')
  })

  it('are no recording without their header', async () => {
    for (const first of ['', '{}', HEADER.slice(0, -1), HEADER.replace('"app"', '"no"')]) {
      expect((await rejectionOf(headerOf(file(first)))).message).to.contain('is no recording of quorate')
    }
    const old = await rejectionOf(headerOf(file(HEADER.replace('"v":2', '"v":1'))))
    expect(old.message).to.match(/is of format 1, and this quorate reads 2: record it anew$/)
  })
})
