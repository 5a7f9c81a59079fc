/** The load of an inverter: it reads this machine, whatever its load. */
import { cpus } from 'node:os'
import { expect } from 'chai'
import { HostLoad } from '../../../../apps/microgrid/load.js'

describe('the load of an inverter', () => {
  const count = cpus().length

  it('is of each CPU in turn, then of the run queue, then of the memory, and so on', () => {
    const sources = Array.from({ length: count + 3 }, (_, instance) => new HostLoad(instance).source)
    expect(sources[0]).to.equal('CPU 0')
    expect(sources.slice(count)).to.deep.equal(['load average', 'memory', 'CPU 0'])
    expect(new HostLoad(-1).source).to.equal(new HostLoad(1).source)
  })

  it('is a share of what there is, at once and again', () => {
    for (let instance = 0; instance < count + 2; instance++) {
      const load = new HostLoad(instance)
      for (const share of [load.read(), load.read()]) {
        expect(share, load.source).to.be.at.least(0)
        if (load.source !== 'load average') expect(share, load.source).to.be.at.most(1)
      }
    }
  })
})
