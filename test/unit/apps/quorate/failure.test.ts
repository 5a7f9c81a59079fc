import { expect } from 'chai'
import { describeFailure, exitCodes, lineOf, usage } from '../../../../apps/quorate/failure.js'
import { RpcError } from '../../../../control/index.js'
import { AppError, DiscoveryError, OperationError } from '../../../../runtime/index.js'

describe('failures of the command line', () => {
  it('are one line, whatever was thrown', () => {
    expect(lineOf(new Error('one\n  two\r\nthree\n'))).to.equal('one two three')
    expect(lineOf('a word')).to.equal('a word')
    expect(lineOf(undefined)).to.equal('undefined')
    expect(lineOf(new TypeError())).to.equal('TypeError')
  })

  it('have exit code 2 where the user was wrong, 3 where nobody is there, else 1', () => {
    expect(describeFailure(usage('no'))).to.deep.equal({ text: 'no', exitCode: exitCodes.usage })
    expect(describeFailure(new AppError('bad-parameter', 'x')).exitCode).to.equal(2)
    expect(describeFailure(new DiscoveryError('no-interface', 'x')).exitCode).to.equal(2)
    expect(describeFailure(new AppError('bad-app', 'x')).exitCode).to.equal(2)
    expect(describeFailure(new OperationError('bad-option', 'x')).exitCode).to.equal(2)
    expect(describeFailure(new AppError('not-activated', 'x')).exitCode).to.equal(1)
    expect(describeFailure(new RpcError('rpc-unreachable', 'x')).exitCode).to.equal(3)
    expect(describeFailure(new RpcError('rpc-refused', 'x')).exitCode).to.equal(1)
    expect(describeFailure(new Error('x')).exitCode).to.equal(1)
    expect(describeFailure(Object.assign(new Error('x'), { code: 'ENOENT' })).exitCode).to.equal(1)
  })
})
