import { expect } from 'chai'
import { passedSince, trafficIn } from '../../../control/agent/traffic.js'

const BOTH = 'bytes_sent:100 bytes_acked:90 bytes_received:30 segs_out:3'
const SS = `LISTEN 0 511 127.0.0.1:8001 0.0.0.0:* users:(("node",pid=7,fd=20)) cubic cwnd:10
ESTAB 0 0 10.0.0.1:4000 10.0.0.2:5000 users:(("node",pid=7,fd=21),("sh",pid=8,fd=21)) cubic ${BOTH}
ESTAB 0 0 10.0.0.1:4001 10.0.0.2:5000 users:(("node",pid=7,fd=22)) cubic bytes_received:5
FIN-WAIT-2 0 0 10.0.0.1:4002 10.0.0.2:5000
CLOSE-WAIT 0 0 [::1]:4003 [::1]:5000 users:(("a b",pid=9,fd=3)) cubic
`

describe('the traffic of processes', () => {
  it('is what is told of their connections, both ways', () => {
    const traffic = trafficIn(SS)
    const first = '10.0.0.1:4000 10.0.0.2:5000'
    expect([...(traffic.get(7) ?? [])]).to.deep.equal([
      [first, 130],
      ['10.0.0.1:4001 10.0.0.2:5000', 5],
    ])
    expect([...(traffic.get(8) ?? [])]).to.deep.equal([[first, 130]])
    expect([...(traffic.get(9) ?? [])]).to.deep.equal([['[::1]:4003 [::1]:5000', 0]])
    expect(trafficIn('').size).to.equal(0)
  })

  it('is counted from look to look: new connections whole, and none less than nothing', () => {
    const before = new Map(Object.entries({ stays: 100, ends: 50, reused: 70 }))
    const now = new Map(Object.entries({ stays: 130, fresh: 20, reused: 5 }))
    expect(passedSince(before, now)).to.equal(50)
  })
})
