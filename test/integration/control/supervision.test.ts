/** The line between an agent and an actor, without either. */
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import {
  ActorLine,
  agentLine,
  supervisionLimits,
  type WitnessAt,
} from '../../../control/supervision/index.js'
import { openSocketPath } from '../../../control/supervision/socket-path.js'
import { type OwnProcess, SupervisedProcess } from '../../../runtime/control/supervision.js'
import type { Membership } from '../../../runtime/groups/membership.js'
import type { LimitEvent } from '../../../runtime/hook-events.js'
import { eventually } from '../../support/eventually.js'

const WITNESS = { port: 4711, key: 'k'.repeat(43) }

describe('the line between an agent and an actor', () => {
  const ends: (() => void)[] = []
  let folder = ''
  let path = ''
  beforeEach(() => {
    // Longer than the path of a socket may be.
    folder = mkdtempSync(join(tmpdir(), 'quorate-line-'))
    const deep = join(folder, 'x'.repeat(120))
    mkdirSync(deep)
    path = join(deep, 'line')
  })
  afterEach(() => {
    for (const end of ends.splice(0)) end()
    rmSync(folder, { recursive: true, force: true })
  })

  async function actor(options: Partial<OwnProcess> = {}) {
    const limits: LimitEvent[] = []
    const warnings: unknown[] = []
    const own = { memberships: () => [], host: () => '127.0.0.1', listed: () => undefined }
    const process = new SupervisedProcess({ ...own, limit: (event) => limits.push(event), ...options })
    const supervision = agentLine(path, (error) => warnings.push(error))
    ends.push(() => supervision.close())
    await supervision.open(process)
    return { process, supervision, limits, warnings }
  }

  function agent(witnessAt: WitnessAt = async () => undefined): ActorLine {
    const line = new ActorLine(path, witnessAt)
    ends.push(() => line.close())
    return line
  }

  /** Who says what it likes. */
  async function stranger(): Promise<Socket> {
    const place = openSocketPath(path)
    const socket = connect({ path: place.path })
    socket.on('error', () => undefined).resume()
    ends.push(() => socket.destroy())
    await once(socket, 'connect')
    place.close()
    return socket
  }

  it('brings the groups of an actor when they are asked for, and limits to it', async () => {
    const { limits } = await actor()
    const line = agent()
    const [one, same] = [line.groups(), line.groups()]
    expect(one).to.equal(same)
    expect(await one).to.deep.equal([])
    const event = { kind: 'memory', used: 9, limit: 10 } as const
    line.limit(event)
    await eventually(() => limits.length > 0, 'the actor hears of its limit')
    expect(limits).to.deep.equal([event])
  })

  it('names a witness to an actor that elects where others reach it, as soon as it does', async () => {
    let isMember = false
    const member = { isCoordinated: true } as Membership
    const { process } = await actor({ host: () => '10.9.8.7', memberships: () => (isMember ? [member] : []) })
    const asked: string[] = []
    agent(async (host) => {
      asked.push(host)
      return WITNESS
    })
    isMember = true
    await eventually(() => {
      process.moved()
      return process.witness !== undefined
    }, 'the actor has a witness')
    expect(process.witness).to.deep.equal(WITNESS)
    expect([...new Set(asked)]).to.deep.equal(['10.9.8.7'])
  })

  it('tells nothing of an actor that has ended, or was never there', async () => {
    expect(await agent().groups()).to.equal(undefined)
    const { supervision } = await actor()
    const line = agent()
    expect(await line.groups()).to.deep.equal([])
    supervision.close()
    expect(await line.groups()).to.equal(undefined)
    await eventually(() => line.isClosed, 'the line is closed')
    expect(existsSync(path)).to.equal(false)
  })

  it('skips what is nonsense, cuts who says too much, and lets so many in', async () => {
    const { limits } = await actor()
    const first = await stranger()
    first.write('hello\n{"limit":{"kind":"patience","used":1,"limit":1}}\n{"ask":"money","n":1}\n')
    first.write('{"limit":{"kind":"disk","used":1,"limit":1}}\n')
    await eventually(() => limits.length > 0, 'what makes sense is heard')
    expect(limits).to.have.length(1)
    const cut = once(first, 'close')
    first.write('x'.repeat(supervisionLimits.lineChars + 1))
    await cut
    const all = await Promise.all(Array.from({ length: supervisionLimits.connections + 1 }, stranger))
    await eventually(() => all.some(({ destroyed }) => destroyed), 'one too many is cut')
  })

  it('is none where there is no folder; the actor goes on without', async () => {
    path = join(folder, 'nowhere', 'line')
    const { warnings } = await actor()
    expect(warnings).to.have.length(1)
    expect(() => agent()).to.throw(/ENOENT/)
  })
})
