import { expect } from 'chai'
import { connectsTo, isAddress, scopeTag } from '../../../runtime/matching.js'

const types = [{ name: 'M' }]

describe('matching', () => {
  it('takes for an address only what a port could have bound', () => {
    for (const address of ['tcp://127.0.0.1:1', 'tcp://10.0.0.7:65535']) {
      expect(isAddress(address), address).to.equal(true)
    }
    const none = [
      '',
      'tcp://host:1',
      'tcp://1.2.3:1',
      'tcp://1.2.3.4:0',
      'tcp://1.2.3.4:65536',
      'tcp://1.2.3.4',
    ]
    for (const other of [
      ...none,
      'ipc:///run/a',
      'inproc://quorate/a',
      'udp://1.2.3.4:1',
      ' tcp://1.2.3.4:1',
    ]) {
      expect(isAddress(other), other).to.equal(false)
    }
  })

  it('connects a sub to a pub of the same message', () => {
    const sub = { kind: 'sub', scope: 'global', types }
    const pub = { kind: 'pub', scope: 'global', types }
    expect(connectsTo(sub, pub)).to.equal(true)
    expect(connectsTo(pub, sub)).to.equal(false)
    expect(connectsTo(sub, sub)).to.equal(false)
    expect(connectsTo(sub, { ...pub, types: [{ name: 'N' }] })).to.equal(false)
  })

  it('connects a qry to an ans of the same two messages, in order', () => {
    const both = [{ name: 'Q' }, { name: 'A' }]
    const qry = { kind: 'qry', scope: 'global', types: both }
    const ans = { kind: 'ans', scope: 'global', types: both }
    expect(connectsTo(qry, ans)).to.equal(true)
    expect(connectsTo(qry, { ...ans, types: [...both].reverse() })).to.equal(false)
    expect(connectsTo(qry, { ...ans, types })).to.equal(false)
  })

  it('keeps local ports on their host and internal ones in their actor', () => {
    const at = (scope: 'local' | 'internal', actor: string, host: string) => ({
      kind: 'sub',
      scope: scopeTag(scope, actor, host),
      types,
    })
    const pub = (scope: 'local' | 'internal', actor: string, host: string) => ({
      ...at(scope, actor, host),
      kind: 'pub',
    })
    expect(connectsTo(at('local', 'a', 'h'), pub('local', 'b', 'h'))).to.equal(true)
    expect(connectsTo(at('local', 'a', 'h'), pub('local', 'a', 'i'))).to.equal(false)
    expect(connectsTo(at('internal', 'a', 'h'), pub('internal', 'a', 'h'))).to.equal(true)
    expect(connectsTo(at('internal', 'a', 'h'), pub('internal', 'b', 'h'))).to.equal(false)
    expect(connectsTo(at('local', 'a', 'h'), pub('internal', 'a', 'h'))).to.equal(false)
  })

  it('knows no kind that is a member of every object', () => {
    expect(
      connectsTo({ kind: 'toString', scope: 'global', types }, { kind: 'pub', scope: 'global', types }),
    ).to.equal(false)
  })
})
