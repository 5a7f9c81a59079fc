/** Control groups, in a folder that is none: what is written where, and what is believed. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { Cgroups, memoryKills } from '../../../control/agent/cgroups.js'

describe('the control groups of actors', () => {
  let folder = ''
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'quorate-cgroups-'))
  })
  afterEach(() => rmSync(folder, { recursive: true, force: true }))

  function handedOver(controllers: string): Cgroups {
    writeFileSync(join(folder, 'cgroup.controllers'), `${controllers}\n`)
    return new Cgroups(folder)
  }

  const read = (name: string): string => readFileSync(join(folder, 'actor-it', name), 'utf8')

  it('hold an actor to its limits of memory and processor', () => {
    const group = handedOver('cpuset cpu io memory pids').open('it', { cpu: 0.25, memory: 5000, disk: 1 })
    expect([...(group?.held ?? [])]).to.deep.equal(['cpu', 'memory'])
    expect(group?.folder).to.equal(join(folder, 'actor-it'))
    expect(read('cpu.max')).to.equal('25000 100000')
    expect(read('memory.max')).to.equal('5000')
    expect(read('memory.oom.group')).to.equal('1')
    expect(read('memory.swap.max')).to.equal('0')
  })

  it('hold nobody to what nobody limited, or the kernel has not handed over', () => {
    expect([...(handedOver('cpu').open('it', { cpu: 1, memory: 1 })?.held ?? [])]).to.deep.equal(['cpu'])
    expect(existsSync(join(folder, 'actor-it', 'memory.max'))).to.equal(false)
    expect(handedOver('cpu memory').open('other', { disk: 1, network: 1 })).to.equal(undefined)
    expect(existsSync(join(folder, 'actor-other'))).to.equal(false)
    expect(handedOver('io').open('third', { cpu: 1 })).to.equal(undefined)
  })

  it('are believed only of a process that the kernel has in one', () => {
    expect(handedOver('cpu memory').of('it', process.pid, { memory: 1 })).to.equal(undefined)
  })

  it('know how often the kernel ended processes', () => {
    const group = { folder, held: new Set<'memory'>() }
    expect(memoryKills(group)).to.equal(0)
    writeFileSync(
      join(folder, 'memory.events'),
      'low 0\nhigh 0\nmax 9\noom 3\noom_kill 2\noom_group_kill 1\n',
    )
    expect(memoryKills(group)).to.equal(2)
  })
})
