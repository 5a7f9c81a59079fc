import { expect } from 'chai'
import { argumentsOf, parametersOf } from '../../../control/hub/actor/arguments.js'

const schema = { type: 'object', properties: { a: { type: 'number' }, b: { type: 'object' }, c: {} } }
const command = { name: 'do', schema }
const bare = { name: 'do', schema: undefined }

describe('the arguments of a command that comes from a hub', () => {
  it('are one object, or what stands for its members', () => {
    expect(argumentsOf(command, [], {})).to.equal(undefined)
    expect(argumentsOf(command, [{ a: 1 }], {})).to.deep.equal({ a: 1 })
    expect(argumentsOf(command, [1, { x: 2 }], {})).to.deep.equal({ a: 1, b: { x: 2 } })
    expect(argumentsOf(command, [1], { c: 3 })).to.deep.equal({ a: 1, c: 3 })
    expect(argumentsOf(command, [], { a: 1, z: 2 })).to.deep.equal({ a: 1, z: 2 })
    expect(argumentsOf(command, [[1]], {})).to.deep.equal({ a: [1] })
    expect(argumentsOf(command, [null], {})).to.deep.equal({ a: null })
  })

  it('are what they are where no schema names them', () => {
    expect(argumentsOf(bare, [5], {})).to.equal(5)
    expect(argumentsOf(bare, [], { x: 1 })).to.deep.equal({ x: 1 })
    expect(argumentsOf({ name: 'do', schema: { type: 'number' } }, [5], {})).to.equal(5)
  })

  it('are refused where there are too many, or one comes twice', () => {
    expect(() => argumentsOf(command, [1, 2, 3, 4], {})).to.throw('do() takes 3 by their place, and got 4')
    expect(() => argumentsOf(bare, [1, 2], {})).to.throw('do() takes 0 by their place, and got 2')
    expect(() => argumentsOf(bare, [1], { x: 1 })).to.throw('takes 0')
    expect(() => argumentsOf(command, [1], { a: 2 })).to.throw('do() got several values for a')
  })

  it('change nothing that every object has', () => {
    const given = argumentsOf(command, [], JSON.parse('{"__proto__": {"x": 1}}'))
    expect(Object.getPrototypeOf(given)).to.equal(Object.prototype)
    expect(given).not.to.have.property('x')
  })

  it('are told as workers of control-lab-ly do', () => {
    const args = [
      ['a', null, 'number'],
      ['b', null, 'object'],
      ['c', null, ''],
    ]
    expect(parametersOf(command)).to.deep.equal({ parameters: { args } })
    expect(parametersOf(bare)).to.deep.equal({})
  })
})
