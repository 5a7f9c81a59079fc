import { expect } from 'chai'
import fc from 'fast-check'
import { recordOf, serviceOf } from '../../../discovery/mdns-txt.js'
import { isPlausibleHost, readRecord } from '../../../discovery/record.js'
import { newRecord } from '../../compliance/discovery.js'

const GOOD = newRecord({ port: 7000, key: 'k'.repeat(40), wire: [2, 1] })

describe('records', () => {
  it('are taken as they are, without fields that are not known', () => {
    expect(readRecord({ ...GOOD, later: 'field' })).to.deep.equal(GOOD)
  })

  const wrong: Record<string, object> = {
    'an id that is not 16 hex characters': { id: '0123456789ABCDEF' },
    'a name with a line break': { actor: 'a\nb' },
    'a name that turns the direction of reading': { actor: 'a\u202eb' },
    'a name of too many bytes': { app: '€'.repeat(50) },
    'no name': { app: '' },
    'a port outside': { port: 0 },
    'a port that is no number': { port: '7000' },
    'a generation that is no safe integer': { generation: 2 ** 53 },
    'a key that is none': { key: 'short' },
    'no wire version': { wire: [] },
    'too many wire versions': { wire: Array.from({ length: 17 }, () => 1) },
  }
  for (const [what, fields] of Object.entries(wrong)) {
    it(`are refused with ${what}`, () => {
      const [field] = Object.keys(fields)
      expect(readRecord({ ...GOOD, ...fields }))
        .to.be.a('string')
        .that.matches(new RegExp(`^${field}`))
    })
  }

  it('name hosts that can be dialled', () => {
    const plausible = ['10.0.0.1', 'node-3', 'node_3.lab.local', '127.0.0.1', 'a'.repeat(250)]
    const not = [
      '',
      '0.0.0.0',
      '255.255.255.255',
      '224.0.0.1',
      '1.2.3',
      '1.2.3.4.5',
      'a b',
      '-a',
      'a..b',
      '::1',
      'a/b',
    ]
    expect(plausible.filter((host) => !isPlausibleHost(host))).to.deep.equal([])
    expect(not.filter(isPlausibleHost)).to.deep.equal([])
    expect(isPlausibleHost('a'.repeat(251))).to.equal(false)
  })

  it('never make the reader throw', () => {
    fc.assert(fc.property(fc.anything(), (value) => ['string', 'object'].includes(typeof readRecord(value))))
  })

  it('come back from their service form, whatever their names', () => {
    const names = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 })
    fc.assert(
      fc.property(names, names, (app, actor) => {
        const record = readRecord({ ...GOOD, app, actor })
        fc.pre(typeof record !== 'string')
        const { name, port, txt } = serviceOf(record, '10.0.0.1')
        expect(Buffer.byteLength(name)).to.be.at.most(63)
        expect(name).to.match(/^[A-Za-z0-9_-]+$/)
        expect(recordOf({ name, port, txt, source: '10.0.0.2' })).to.deep.equal(record)
      }),
    )
  })

  it('take the address they are announced from, and else the one they came from', () => {
    const { name, port, txt } = serviceOf({ ...GOOD, host: '' }, '10.0.0.1')
    expect(recordOf({ name, port, txt, source: '10.0.0.2' })).to.include({ host: '10.0.0.1' })
    const { at: _, ...without } = txt
    expect(recordOf({ name, port, txt: without, source: '10.0.0.2' })).to.include({ host: '10.0.0.2' })
  })

  it('are refused under the name of another', () => {
    const { port, txt } = serviceOf(GOOD, '10.0.0.1')
    expect(recordOf({ name: 'x-0123456789abcdef', port, txt, source: '10.0.0.2' })).to.contain('its name')
  })
})
