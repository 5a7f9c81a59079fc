/** `quorate groups`: shows who takes part in which group and who leads it, and says where views differ. */
import { join } from 'node:path'
import { expect } from 'chai'
import { Observatory } from '../../../apps/quorate/observatory.js'
import { chooseInterface, discoveryLimits } from '../../../discovery/index.js'
import { createSockets, type Sockets } from '../../../ports/index.js'
import type { GroupStatus } from '../../../runtime/index.js'
import { projectRoot } from '../../project.js'
import { fixtureApp, uniqueApp } from '../../support/apps.js'
import { type CliProcess, cliForTests } from '../../support/cli.js'
import { toldDirectory } from '../../support/told-directory.js'

const GROUPIE = join(projectRoot, 'apps', 'groupie', 'app.ts')
/** For a status, and for a look at those that are there: of a process that starts in that time, too. */
const PATIENCE_MS = 2 * discoveryLimits.statusTimeoutMs
const ESCAPE = String.fromCharCode(27)

describe('quorate groups', function () {
  this.timeout(60_000)
  const cli = cliForTests()
  let sockets: Sockets

  beforeEach(() => {
    sockets = createSockets()
  })
  afterEach(() => sockets.closeAll())

  /** Groupies that run a script, once they are led; and the option by which their directories are found. */
  async function groupies(count: number, script: string): Promise<{ running: CliProcess; at: string[] }> {
    const how = ['--count', String(count), '--json', '--show', '60000']
    const running = cli.start(['run', GROUPIE, ...how, '--script', script])
    await running.line(/"ready"/, count)
    const ready = running.events.filter(({ event }) => event === 'ready')
    const directories = ready.map(({ directory }) => String(directory))
    return { running, at: ['--discovery', `static:${directories.join()}`] }
  }

  /** A directory of an actor that says this of its groups; gives its address. */
  async function directory(actor: string, id: string, groups: readonly GroupStatus[]): Promise<string> {
    const status = { app: 'told', version: '1', actor, id, pid: 1, uptimeS: 1, ports: [], peers: [], groups }
    return toldDirectory(sockets, { id, app: 'told', actor }, status)
  }

  it('lists groups: members, observers, leader, token, lease; for people and for programs', async () => {
    // A name of its own: the same app may run elsewhere on this machine.
    const name = `A${uniqueApp().replaceAll(/\W/g, '')}`
    const script = `join Trio.${name}; join Crowd.${name}; send 1/s`
    const { running, at } = await groupies(4, script)
    await running.line(/is led by/, 4)
    const [text, json, actors, ports] = await cli.runAll([
      ['groups', ...at],
      ['groups', '--json', ...at],
      ['ps', ...at],
      ['ps', '--json', ...at],
    ])
    expect({ code: text?.code, stderr: text?.stderr }).to.deep.equal({ code: 0, stderr: [] })
    const shown = text?.stdout ?? []
    expect(shown[0]).to.equal(`Crowd.${name}  groupie  4 members`)
    const head = shown.indexOf(`Trio.${name}  groupie  4 members  quorum 3`)
    expect(head).to.be.above(0)
    expect(shown[head + 1]).to.match(/^ {2}leader Groupie [0-9a-f]{8} {2}token \d+\.\d+ {2}lease \d+ ms$/)
    const row =
      /^ {2}(leader|member) +Groupie +[0-9a-f]{8} +groupie +\d +127\.0\.0\.1 +\d+ +±\d+\.\d\d ms +\d+ s$/
    const rows = shown.slice(head + 2)
    expect(rows).to.have.length(4)
    for (const line of rows) expect(line).to.match(row)
    expect(shown.join('\n')).not.to.contain(ESCAPE)

    const sample = JSON.parse(json?.stdout[0] ?? '')
    const group = sample.groups.find((each: { name: string }) => each.name === `Trio.${name}`)
    expect(group).to.include({ app: 'groupie', quorum: 3, openPolls: 0, agree: true })
    expect(group.leaseMs).to.be.within(1, 600)
    const pids = group.participants.map(({ pid }: { pid: number }) => pid)
    expect(pids).to.have.members(running.actorPids)
    expect(group.participants.find(({ role }: { role: string }) => role === 'leader').id).to.equal(
      group.leader,
    )
    expectPorts(`Trio.${name}`, group.participants, JSON.parse(ports?.stdout[0] ?? '').actors)
    const listed = (kind: string, address: string, connected: number): RegExp =>
      new RegExp(
        `^ {2}groupie\\.Trio\\.${name}\\.${kind} +${kind} +\\S+ +global +${address} +${connected} +Groupie `,
        'm',
      )
    const told = actors?.stdout.join('\n')
    for (const kind of ['gpub', 'gans']) expect(told).to.match(listed(kind, '127\\.0\\.0\\.1:\\d+', 3))
    for (const kind of ['gsub', 'gqry']) expect(told).to.match(listed(kind, '', 3))
  })

  interface PortsOf {
    readonly id: string
    readonly ports: readonly Record<string, unknown>[]
  }

  /** Each of four members has the four ports of a group, at the addresses that `groups` has of it. */
  function expectPorts(
    group: string,
    participants: readonly { id: string; gpub: string; gans: string }[],
    actors: readonly PortsOf[],
  ): void {
    expect(actors).to.have.length(4)
    for (const { id, ports } of actors) {
      const member = participants.find((each) => each.id.startsWith(id))
      const four = ports.filter(({ name }) => String(name).startsWith(`${group}.`))
      expect(four.map(({ kind }) => kind)).to.deep.equal(['gpub', 'gsub', 'gqry', 'gans'])
      for (const each of four) {
        expect(each).to.deep.include({ component: 'groupie', name: `${group}.${each.kind}`, scope: 'global' })
        expect(each).to.include({ connected: 3 })
        expect(each.peers).to.have.length(3)
      }
      const [gpub, gsub, gqry, gans] = four
      const at = (port?: Record<string, unknown>): string => `tcp://${port?.host}:${port?.port}`
      expect([at(gpub), at(gans)]).to.deep.equal([member?.gpub, member?.gans])
      expect([at(gsub), at(gqry)]).to.deep.equal(['tcp://:-1', 'tcp://:-1'])
    }
  }

  it('tells that a stopped actor does not answer, and waits for it no longer than limits say', async () => {
    const name = `Trio.A${uniqueApp().replaceAll(/\W/g, '')}`
    const { running, at } = await groupies(3, `join ${name}`)
    await running.line(/is led by/, 3)
    const [, discovery = ''] = at
    const keys = cli.keysOf('groupie')
    const looking = new Observatory({ discovery, keys, interfaces: [chooseInterface('127.0.0.1')] })
    const [stopped = 0] = running.actorPids
    try {
      await looking.open()
      await looking.settle(20_000)
      process.kill(stopped, 'SIGSTOP')
      const startedAt = performance.now()
      // One that is connected, and one that never was.
      const [sightings, text] = await Promise.all([
        looking.look(),
        cli.run(['groups', '--wait', '400', ...at]),
      ])
      expect(performance.now() - startedAt).to.be.below(5 * PATIENCE_MS)
      expect(sightings.filter(({ status }) => status)).to.have.length(2)
      expect(sightings.find(({ status }) => !status)?.why).to.match(/gave no status in 2000 ms/)
      expect(text.code).to.equal(0)
      expect(text.stdout.filter((line) => / does not answer$/.test(line))).to.have.length(1)
    } finally {
      process.kill(stopped, 'SIGCONT')
      await looking.close()
    }
  })

  it('says where views of a group differ, and lets no stranger steer the terminal', async () => {
    const [one, other] = ['a'.repeat(16), 'b'.repeat(16)]
    const member = (id: string) => ({ id: `${id}${'0'.repeat(16)}`, actor: `x${ESCAPE}[2J`, component: 'c' })
    const told = (id: string, leader: string, epoch: number): GroupStatus => ({
      name: 'Cell.north',
      component: 'c',
      id: member(id).id,
      seat: '0',
      quorum: 2,
      leader: member(leader).id,
      epoch,
      term: 1,
      leaseMs: 100,
      members: [member(one), member(other)],
      observers: [],
      connected: [],
      openPolls: 0,
      clockErrorMs: 1,
      stats: {},
    })
    const list = [
      await directory('One', one, [told(one, one, 7)]),
      await directory('Other', other, [told(other, other, 6)]),
    ]
    const { code, stdout } = await cli.run(['groups', '--discovery', `static:${list.join()}`])
    expect(code).to.equal(0)
    expect(stdout.slice(-2)).to.deep.equal([
      '  2 views of it differ; of the others say:',
      '  Other bbbbbbbb: leader Other bbbbbbbb  token 6.1',
    ])
    expect(stdout.join('\n')).not.to.contain(ESCAPE)
  })

  it('says that nobody is in a group, and ends with 0; with 3 where nobody is found', async () => {
    const app = uniqueApp()
    const running = cli.start(['run', fixtureApp('lives.ts'), 'Receiver', '--json'], {
      env: { TEST_APP: app },
    })
    await running.line(/"ready"/)
    const none = await cli.run(['groups', '--app', app, '--wait', '400'])
    expect(none).to.deep.include({ code: 0, stdout: [] })
    expect(none.stderr).to.deep.equal(['quorate: the actor that answers is in no group'])
    const nobody = await cli.run(['groups', '--app', uniqueApp(), '--wait', '200', '--json'])
    expect(nobody.code).to.equal(3)
    // The actor of another app is there, and maybe others on this machine.
    expect(nobody.stderr[0]).to.match(/^quorate: no actor of \S+ was found; there (is|are) /)
    expect(JSON.parse(nobody.stdout[0] ?? '').groups).to.deep.equal([])
  })

  it('--watch shows it again each second: one that was killed leads no more', async () => {
    const { running, at } = await groupies(3, 'join Watched')
    await running.line(/is led by/, 3)
    const watch = cli.start(['groups', '--watch', '--json', ...at])
    const last = (): { leader: string; participants: { id: string; pid: number }[] } | undefined => {
      const line = watch.stdout.at(-1)
      return line ? JSON.parse(line).groups[0] : undefined
    }
    await watch.until(() => Boolean(last()?.leader), 'a leader')
    const first = last()
    const pid = first?.participants.find(({ id }) => id === first.leader)?.pid
    process.kill(Number(pid), 'SIGKILL')
    await watch.until(() => Boolean(last()?.leader) && last()?.leader !== first?.leader, 'another leader')
    watch.signal('SIGINT')
    expect((await watch.ended).code).to.equal(0)

    const text = cli.start(['groups', '--watch', ...at])
    await text.line(/ {2}1 group$/, 2)
    text.signal('SIGINT')
    expect((await text.ended).code).to.equal(0)
  })
})
