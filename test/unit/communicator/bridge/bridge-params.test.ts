import { expect } from 'chai'
import { bridge, says } from '../../../../communicator/index.js'
import { message, resolveParams } from '../../../../runtime/index.js'

describe('the parameters of a bridge', () => {
  afterEach(() => {
    delete process.env.QUORATE_BRIDGE_PEER
  })

  it('are what is said last of: the code, the environment, the command line', () => {
    const lanes = { reading: says(message('Reading')) }
    const peerOf = (given: Readonly<Record<string, string>> = {}) => {
      const { params } = bridge(lanes, { peer: 'of the code' })
      return resolveParams(params, given, 'Gate').peer
    }
    expect(peerOf()).to.equal('of the code')
    process.env.QUORATE_BRIDGE_PEER = 'of the environment'
    expect(peerOf()).to.equal('of the environment')
    expect(peerOf({ peer: 'of the command line' })).to.equal('of the command line')
    expect(resolveParams(bridge(lanes).params, {}, 'Gate').dial).to.equal('')
  })
})
