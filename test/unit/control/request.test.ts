import { expect } from 'chai'
import { decamelized } from '../../../control/rpc/humps.js'
import { rpcLimits } from '../../../control/rpc/limits.js'
import { readRequest, requestBytes } from '../../../control/rpc/request.js'
import { commandVectors } from './vectors.js'

const read = (text: string) => readRequest(Buffer.from(text))

describe('a command on the wire', () => {
  for (const { title, request } of commandVectors) {
    it(`${title} is read, and written again to the byte`, () => {
      const found = readRequest(request)
      if (!('request' in found)) throw new Error(found.flaw)
      const { given, customCommand, nonce } = found.request
      expect(given).to.be.a('number')
      const custom = customCommand === -1 ? undefined : customCommand
      // Members in the order in which the consoles of the reference write them.
      expect(requestBytes({ command: Number(given), customCommand: custom, nonce })).to.deep.equal(request)
    })
  }

  it('has defaults for all but the command', () => {
    expect(read('{"command":100}')).to.deep.equal({
      request: { command: 100, customCommand: -1, nonce: 0, data: null, given: 100 },
    })
  })

  it('has members in camel case or with underscores, and values that are left as they are', () => {
    const camel = read('{"command":99999,"customCommand":7,"nonce":-1,"data":{"a_b":"C d-E","x":1e-07}}')
    const snake = read('{"command":99999.0,"custom_command":7,"nonce":-1,"data":{"a_b":"C d-E","x":1e-07}}')
    const request = {
      command: 99_999,
      customCommand: 7,
      nonce: -1,
      data: { a_b: 'C d-E', x: 1e-7 },
      given: 99_999,
    }
    expect(camel).to.deep.equal({ request })
    expect(snake).to.deep.equal({ request })
  })

  it('is USER_DEFINED where its number is not known', () => {
    for (const given of [12_345, 'start', true, 100.5]) {
      expect(read(JSON.stringify({ command: given }))).to.have.nested.include({
        'request.command': 99_999,
        'request.given': given,
      })
    }
  })

  it('is refused for what is wrong with it, with its nonce where it has one', () => {
    const deep = `{"command":1,"data":${'['.repeat(rpcLimits.depth)}${']'.repeat(rpcLimits.depth)}}`
    const flawed: [string, string, number][] = [
      ['', 'it is empty', 0],
      ['hello', 'it is not JSON', 0],
      ['[]', 'it is no object', 0],
      ['null', 'it is no object', 0],
      ['{"nonce":1}', 'it has no member "command"', 1],
      ['{"Command":0,"nonce":3}', 'it has no member "command"', 3],
      ['{"command":[1],"nonce":4}', 'its command is neither a number nor a text', 4],
      ['{"command":null}', 'its command is neither a number nor a text', 0],
      ['{"command":1,"nonce":"x"}', 'its nonce is no integer below 2 to the power of 53', 0],
      ['{"command":1,"nonce":9007199254740993}', 'its nonce is no integer below 2 to the power of 53', 0],
      ['{"command":1,"nonce":2,"customCommand":1.5}', 'its customCommand is no integer', 2],
      ['{"command":1,"data":{"__proto__":1}}', 'it has a member named __proto__', 0],
      [deep, `it has more than ${rpcLimits.depth} levels`, 0],
    ]
    for (const [text, flaw, nonce] of flawed)
      expect(read(text), text.slice(0, 60)).to.deep.equal({ flaw, nonce })
    expect(readRequest(Buffer.from([0xff, 0xfe]))).to.deep.equal({ flaw: 'it is not UTF-8', nonce: 0 })
    const long = Buffer.alloc(rpcLimits.messageBytes + 1, 0x20)
    expect(readRequest(long)).to.have.property('flaw', `it has more than ${rpcLimits.messageBytes} bytes`)
  })

  it('is read as 0.9.7 reads it where that is wanted', () => {
    const sent = Buffer.from('{"command":100,"customCommand":-1,"nonce":5,"data":{"animalId":"Mouse 12"}}')
    expect(readRequest(sent, true)).to.deep.equal({
      request: { command: 100, customCommand: -1, nonce: 5, data: { animal_id: '_mouse12' }, given: 100 },
    })
  })

  it('reaches one that alters what it reads with its values as they were', () => {
    const data = {
      animalId: 'Mouse 12 A-B',
      path: '/Data/Run_01 (new)',
      when: '2024-01-02T03:04:05Z',
      text: 'é😀 "quoted" \\ back\n',
      small: 1e-7,
      minus: -5,
      flags: [true, false, null],
      'Odd Key': 'X',
    }
    const altered = decamelized(requestBytes({ command: 100, nonce: 1, data }).toString())
    const { data: arrived } = JSON.parse(altered)
    expect(arrived).to.deep.equal({
      animal_id: data.animalId,
      path: data.path,
      when: data.when,
      text: data.text,
      small: data.small,
      minus: data.minus,
      flags: data.flags,
      'Odd Key': 'X',
    })
  })
})
