import { expect } from 'chai'
import { candidatesFor, type Known } from '../../../../../apps/quorate/console/candidates.js'
import { STEERING } from './played.js'

const outlined = { component: 'pump', description: '' }
const prime = {
  type: 'object',
  properties: { seconds: { type: 'number' }, how: { enum: ['hard', 'so soft'] } },
}
const known: Known = {
  actors: ['Rig', 'The other', 'Rag'],
  outline: {
    commands: [
      { ...outlined, name: 'prime', schema: prime },
      { ...outlined, name: 'halt' },
    ],
    properties: [
      { ...outlined, name: 'rate', writable: true, value: 1, schema: { enum: [1, 2] } },
      { ...outlined, name: 'level', writable: false, value: 3 },
    ],
    groups: ['Cell.north'],
  },
}

function words(line: string, of: Known = known): readonly string[] {
  return candidatesFor(line, of).words
}

describe('what Tab offers', () => {
  it('is at the beginning every verb, and every command of the actor', () => {
    expect(words('')).to.include.members(['use ', 'pump.prime ', 'pump.halt ', 'quit '])
    expect(words('pu')).to.deep.equal(['pump.halt ', 'pump.prime '])
    expect(candidatesFor('pump.p', known)).to.deep.equal({ words: ['pump.prime '], typed: 'pump.p' })
    expect(words('', { actors: [], outline: undefined }))
      .to.include('use ')
      .and.not.include('pump.prime ')
  })

  it('is behind a command its arguments that are not there yet, and their values', () => {
    expect(words('pump.prime ')).to.deep.equal(['how="so soft" ', 'how=hard ', 'seconds='])
    expect(words('pump.prime how=hard ')).to.deep.equal(['seconds='])
    expect(words('call pump.prime how=h')).to.deep.equal(['how=hard '])
    expect(words('pump.halt ')).to.deep.equal([])
  })

  it('is behind a verb what may follow it', () => {
    expect(words('use R')).to.deep.equal(['Rag ', 'Rig '])
    expect(words('use ')).to.include('"The other" ')
    expect(words('get ')).to.deep.equal(['pump.level ', 'pump.rate '])
    expect(words('set ')).to.deep.equal(['pump.rate '])
    expect(words('set pump.rate ')).to.deep.equal(['1 ', '2 '])
    expect(words('group ')).to.deep.equal(['Cell.north '])
    expect(words('group Cell.north ')).to.deep.equal(['transfer ', 'vote '])
    expect(words('group Cell.north vote 5 k')).to.deep.equal(['kind=consensus ', 'kind=majority '])
    expect(words('emergency ')).to.deep.equal(['resume ', 'stop '])
    expect(words('help q')).to.deep.equal(['quit '])
    expect(words('call ')).to.deep.equal(['pump.halt ', 'pump.prime '])
  })

  it('is nothing where nothing is known, and where a quote has not ended', () => {
    for (const line of ['quit ', 'nonsense ', 'use Rig ', 'set nothing ', 'say "pu', '"']) {
      expect(words(line), line).to.deep.equal([])
    }
  })

  it('is no word of others that would steer the terminal', () => {
    const name = `evil${STEERING}`
    const evil: Known = {
      actors: [name, 'Rig'],
      outline: {
        commands: [{ ...outlined, name, schema: { properties: { [name]: {}, how: { enum: [name] } } } }],
        properties: [{ ...outlined, name, writable: true, value: 1 }],
        groups: [name],
      },
    }
    expect(words('use ', evil)).to.deep.equal(['Rig '])
    for (const line of ['get ', 'set ', 'group ', 'call ', `call "pump.${name}" `]) {
      expect(words(line, evil), line).to.deep.equal([])
    }
    expect(words('', evil).join('')).not.to.contain('evil')
  })
})
