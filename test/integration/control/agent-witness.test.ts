/**
 * The agent as the witness of its host: of a group with one member on each of three hosts, nobody but the
 * agent sees that the process of the leader is gone. Each host has its processes to itself.
 */
import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect } from 'chai'
import { timings } from '../../../groups/index.js'
import { fixtureApp, uniqueApp } from '../../support/apps.js'
import { cliForTests } from '../../support/cli.js'
import { eventually } from '../../support/eventually.js'
import { lanForTests } from '../../support/lan.js'

const HOSTS = [1, 2, 3]
/** As on another machine: nobody else sees there that a process is gone. */
const APART = ['unshare', '--pid', '--fork', '--mount-proc', '--kill-child']
const ADDRESS = /^\{"v":1,"event":"ready","url":"(http:[^"]+)"/
const PATIENCE_MS = 60_000
/** What nobody elects in who has no certificate: members keep the word that they gave the last leader. */
const { electionMin, heartbeat } = timings.wan
const WORD_MS = electionMin - heartbeat

interface Told {
  readonly t: number
  readonly msg?: string
  readonly member?: string
  readonly leader?: string
}

describe('an agent as the witness of its host', function () {
  this.timeout(180_000)
  const hosts = lanForTests(HOSTS.length)
  const cli = cliForTests()
  const app = uniqueApp()
  let folder = ''
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'quorate-witness-'))
  })
  // Before the network is removed in which they are.
  afterEach(async () => {
    await cli.end()
    rmSync(folder, { recursive: true, force: true })
  })

  const dataOf = (host: number): string => join(folder, String(host))
  const on = (host: number, ...command: string[]): string[] => {
    const [program, args] = hosts.lan.on(host, ...command)
    return [program, ...args]
  }

  /** An agent on a host, with one actor, which is a member. */
  async function start(host: number): Promise<void> {
    const data = dataOf(host)
    mkdirSync(data, { recursive: true })
    const args = ['agent', '--json', '--port', '0', '--data', data, '--open', '--app', fixtureApp('cell.ts')]
    const network = ['--insecure', '--yes-insecure-network', '--interface', 'eth0', '--seats', `${host - 1}`]
    const env = { CELL_APP: app, CELL_TIMING: 'wan' }
    const agent = cli.start([...args, ...network], { env, prefix: on(host, ...APART) })
    const [, address] = ADDRESS.exec(await agent.line(ADDRESS)) ?? []
    const body = JSON.stringify({ app, actor: 'Member', id: 'it', restart: 'never' })
    const post = `fetch('${address}/v1/actors?waitMs=30000', { method: 'POST', body: '${body}' })`
    const [program = '', ...rest] = on(
      host,
      process.execPath,
      '-e',
      `${post}.then((a) => a.text()).then(console.log)`,
    )
    const { stdout } = await promisify(execFile)(program, rest)
    expect(stdout).to.include('"state":"active"')
  }

  function toldBy(host: number): readonly Told[] {
    const log = join(dataOf(host), 'logs', 'it.log')
    if (!existsSync(log)) return []
    const lines = readFileSync(log, 'utf8').split('\n')
    return lines.flatMap((line) => (line.startsWith('{') ? [JSON.parse(line)] : []))
  }

  const isElection = ({ msg }: Told): boolean => msg === 'I lead' || msg === 'is led'
  const memberOf = (host: number): string | undefined =>
    toldBy(host).findLast(({ msg }) => msg === 'joined')?.member

  /** The host of the leader that all of these name, once they do. */
  async function leaderOf(members: readonly number[], but?: number): Promise<number> {
    let found: number | undefined
    await eventually(
      () => {
        const named = new Set(members.map((host) => toldBy(host).findLast(isElection)?.leader))
        const [leader] = named
        if (named.size !== 1 || leader === undefined) return false
        found = HOSTS.find((host) => memberOf(host) === leader && host !== but)
        return found !== undefined
      },
      'a leader that all name',
      PATIENCE_MS,
    )
    return found ?? expect.fail('no leader')
  }

  /** Its processes as this machine knows them. */
  function pidsOf(host: number, program: string): number[] {
    return readdirSync('/proc').flatMap((name) => {
      try {
        const read = (file: string): string[] => readFileSync(`/proc/${name}/${file}`, 'utf8').split('\0')
        const isNode =
          read('cmdline')[0] === process.execPath && read('cmdline').some((arg) => arg.endsWith(program))
        return isNode && [...read('cmdline'), ...read('environ')].some((each) => each.includes(dataOf(host)))
          ? [Number(name)]
          : []
      } catch {
        return []
      }
    })
  }

  function signal(pids: readonly number[], name: NodeJS.Signals): void {
    expect(pids).to.have.length(1)
    for (const pid of pids) process.kill(pid, name)
  }

  it('has a leader that is killed replaced before its word is over, and not without it', async () => {
    await Promise.all(HOSTS.map(start))
    const tookMs: number[] = []
    for (const witnesses of [true, false]) {
      const first = await leaderOf(HOSTS)
      const others = HOSTS.filter((host) => host !== first)
      if (!witnesses) signal(pidsOf(first, 'main.js'), 'SIGSTOP')
      const killedMs = Date.now()
      signal(pidsOf(first, 'actor.js'), 'SIGKILL')
      const next = await leaderOf(others, first)
      const elected = toldBy(next).findLast(({ msg }) => msg === 'I lead')
      tookMs.push((elected?.t ?? Number.NaN) - killedMs)
      if (!witnesses) break
      // A new one in the place of all of them.
      await cli.end()
      rmSync(folder, { recursive: true, force: true })
      await Promise.all(HOSTS.map(start))
    }
    const [withAgent = Number.NaN, without = Number.NaN] = tookMs
    expect(withAgent).to.be.below(WORD_MS / 2)
    expect(without).to.be.at.least(WORD_MS)
  })

  it('certifies none that is stopped: it is the same member when it goes on', async () => {
    await Promise.all(HOSTS.map(start))
    const first = await leaderOf(HOSTS)
    const others = HOSTS.filter((host) => host !== first)
    const stopped = pidsOf(first, 'actor.js')
    const stoppedMs = Date.now()
    signal(stopped, 'SIGSTOP')
    const next = await leaderOf(others, first)
    const elected = toldBy(next).findLast(({ msg }) => msg === 'I lead')
    signal(stopped, 'SIGCONT')
    expect((elected?.t ?? 0) - stoppedMs).to.be.at.least(WORD_MS)
    // One that others hold for dead joins again, as another.
    await leaderOf(HOSTS)
    expect(toldBy(first).filter(({ msg }) => msg === 'joined')).to.have.length(1)
    expect(toldBy(first).some(({ msg }) => msg?.includes('joins again'))).to.equal(false)
  })
})
