/** An actor whose thread is held by the handler of a command: what stands still, and what goes on. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { z } from 'zod'
import { ActorCommand, ApiCommand, ApiEventKind, ApiTopic, RpcClient } from '../../../control/index.js'
import { actor } from '../../../runtime/index.js'
import { birthWordsOver } from '../../support/birth-words.js'
import { type Event, EventLog } from '../../support/events.js'
import { Program } from '../../support/program.js'
import { JOINED, Member, NORTH } from './members.js'
import { call, electionIn, isLater, isOf, own, type Watched, WatchedActors } from './watched-actors.js'

const { LEADER_ELECTED, STALLED } = ApiEventKind
/** Longer than a leader keeps the lead without a sign of life. */
const HELD_MS = 1500

const statusSchema = z.object({ groups: z.array(z.object({ id: z.string(), leader: z.string() })) })

describe('an actor whose thread is held by a command', function () {
  this.timeout(60_000)
  const actors = new WatchedActors()
  const folder = mkdtempSync(join(tmpdir(), 'quorate-held-'))
  const log = new EventLog()
  let program: Program | undefined

  afterEach(() => program?.kill())
  after(() => rmSync(folder, { recursive: true }))

  /** A member in a process of its own, whose events are in the log. */
  async function apart(): Promise<Watched> {
    const said = new Program(new URL('./programs/member.ts', import.meta.url), [
      actors.app,
      actors.directories.join(),
    ])
    program = said
    const listen = async (): Promise<void> => {
      for (;;) log.write(await said.hear())
    }
    // It ends with the program.
    listen().catch(() => undefined)
    const { id, subscriberPort, commandPort } = await log.named('opened')
    const ports = { subscriberPort: Number(subscriberPort), commandPort: Number(commandPort) }
    const client = new RpcClient(ports)
    return { id: String(id), client, heard: actors.hear(client) }
  }

  /** What a member says of its group. */
  async function groupOf({ client }: Watched): Promise<{ id: string; leader: string }> {
    const { data } = await client.run(ApiCommand.GET_STATUS)
    const [group] = statusSchema.parse(data).groups
    return group ?? expect.fail('it has joined')
  }

  /** Has it lead, whoever does; gives what another tells of that. */
  async function madeLeader(held: Watched, others: readonly Watched[]): Promise<Event> {
    const { id: to } = await groupOf(held)
    const [witness = expect.fail('nobody')] = others
    await electionIn(others)
    await Promise.all(others.map(({ heard }) => heard.event(JOINED, ({ actorId }) => actorId === held.id)))
    await birthWordsOver([Date.now()])
    for (;;) {
      const { leader } = await groupOf(witness)
      if (leader === to) return witness.heard.event(LEADER_ELECTED, ({ member }) => member === to)
      // Where the machine is busy, another may be quicker to take over.
      const former = others.find(isOf({ member: leader }))
      if (former) await own(former.client, ActorCommand.GROUP_TRANSFER, { group: NORTH, to })
    }
  }

  it('tells of it afterwards; its heartbeats pause, and another has led meanwhile', async () => {
    const others: Watched[] = []
    for (const name of ['A', 'B']) {
      const made = (isHeard: Promise<void>) => actor({ components: () => ({ it: [Member, { isHeard }] }) })
      others.push(await actors.start(name, made))
    }
    const held = await apart()
    await held.heard.beat()
    const led = await madeLeader(held, others)
    const until = join(folder, 'goes-on')
    const hanging = call(held.client, 'hang', { ms: HELD_MS, until })
    const [witness = expect.fail('nobody')] = others
    const next = await witness.heard.event(LEADER_ELECTED, (each) => isLater(each, led))
    expect(isOf(next)(held)).to.equal(false)
    // Nobody has answered yet, and nobody does before it goes on.
    const isHeld = Promise.race([hanging, held.client.request(ApiCommand.GET_STATUS), 'held'])
    expect(await isHeld).to.equal('held')
    const goesOnMs = Date.now()
    writeFileSync(until, '')
    expect(await hanging).to.include({ result: 100 })
    const { ms } = await held.heard.event(STALLED)
    expect(ms).to.be.at.least(HELD_MS)
    expect(await log.saying('held the thread for')).to.include({ level: 'warn' })
    expect(await held.heard.event(LEADER_ELECTED, (each) => isLater(each, led))).to.deep.equal(next)
    expect((await groupOf(held)).leader).to.equal(next.member)
    await held.heard.log.event(({ timestamp }) => Number(timestamp) * 1000 > goesOnMs)
    const beats = held.heard.log.events.filter(({ topic }) => topic === ApiTopic.HEARTBEAT)
    const atS = beats.map(({ timestamp }) => Number(timestamp))
    expect(Math.max(...atS.map((each, at) => each - (atS[at - 1] ?? each)))).to.be.at.least(HELD_MS / 1000)
  })
})
