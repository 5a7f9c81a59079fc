import { expect } from 'chai'
import { Catalogue } from '../../../discovery/catalogue.js'
import { discoveryLimits } from '../../../discovery/limits.js'
import { newRecord } from '../../compliance/discovery.js'
import { Heard } from '../../compliance/heard.js'

describe('Catalogue', () => {
  it('reports a record once, and again when it is newer, but not when it is older', () => {
    const heard = new Heard()
    const catalogue = new Catalogue(heard, {})
    const record = newRecord({ generation: 5 })
    for (const generation of [5, 5, 6, 4, 5, 6]) catalogue.hear({ ...record, generation })
    expect(heard.foundOf(record.id).map(({ generation }) => generation)).to.deep.equal([5, 6])
  })

  it('reports a record of the same generation from another address', () => {
    const heard = new Heard()
    const catalogue = new Catalogue(heard, {})
    const record = newRecord()
    catalogue.hear(record)
    catalogue.hear({ ...record, host: '10.0.0.9' })
    expect(heard.foundOf(record.id).map(({ host }) => host)).to.deep.equal(['127.0.0.1', '10.0.0.9'])
  })

  it('reports a goodbye only of what it knows, and only once', () => {
    const heard = new Heard()
    const catalogue = new Catalogue(heard, {})
    const record = newRecord()
    catalogue.goodbye(record.id)
    catalogue.hear(record)
    catalogue.goodbye(record.id)
    catalogue.goodbye(record.id)
    expect(heard.goneIds).to.deep.equal([record.id])
  })

  it('forgets the record known longest when it knows too many, and tells which', () => {
    const heard = new Heard()
    const evicted: string[] = []
    const catalogue = new Catalogue(heard, {}, (id) => evicted.push(id))
    const records = Array.from({ length: discoveryLimits.knownRecords + 2 }, () => newRecord())
    for (const record of records) catalogue.hear(record)
    expect(catalogue.known.size).to.equal(discoveryLimits.knownRecords)
    expect(evicted).to.deep.equal(records.slice(0, 2).map(({ id }) => id))
    expect(heard.goneIds).to.deep.equal([])
  })

  it('notices misbehaviour of so many sources one by one, and counts the rest', () => {
    const heard = new Heard()
    const { notices } = new Catalogue(heard, {})
    for (let i = 0; i < discoveryLimits.noticedSources + 10; i++) notices.say('garbage', `10.0.0.${i}`, 'bad')
    expect(heard.noticesOf('garbage')).to.have.length(discoveryLimits.noticedSources)
    expect(heard.noticesOf('garbage').at(-1)).to.contain('no longer noticed')
    expect(notices.count).to.equal(discoveryLimits.noticedSources + 10)
  })
})
