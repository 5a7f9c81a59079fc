/** Actors on several hosts: network namespaces on a bridge, mDNS between them. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { projectRoot } from '../../project.js'
import type { ActorProcess } from '../../support/actor-process.js'
import { fixtureApp } from '../../support/apps.js'
import { type CliProcess, cliForTests } from '../../support/cli.js'
import type { Event } from '../../support/events.js'
import { lanForTests } from '../../support/lan.js'

const APP = 'test/fixtures/apps/pair.ts'
const GROUPIE = join(projectRoot, 'apps', 'groupie', 'app.ts')
/** The hosts share keys, and none is told of an interface. */
const KEYS_OF_ALL = { XDG_CONFIG_HOME: process.env.XDG_CONFIG_HOME ?? '', QUORATE_INTERFACE: '' }
/** Of a socket that listens, in /proc/net/tcp. */
const LISTENS = '0A'

describe('actors on several hosts', function () {
  this.timeout(40_000)
  const cli = cliForTests()
  const hosts = lanForTests(2)

  /** The command line on the first host, as a user runs it who names no interface. */
  function startHere(...args: string[]): CliProcess {
    const [program, prefix] = hosts.lan.on(1)
    return cli.start(args, { prefix: [program, ...prefix], env: KEYS_OF_ALL })
  }

  function start(host: number, actor: string, ...more: string[]): Promise<ActorProcess> {
    const { processes, lan } = hosts
    return processes.start(APP, [actor, ...more], (...command) => lan.on(host, ...command))
  }

  const startOn = (host: number, actor: string) => start(host, actor, '--interface', 'eth0')

  /** Resolves with the first such event that was not there yet. */
  function next({ log }: ActorProcess, matches: (event: Event) => boolean): Promise<Event> {
    const seen = new Set(log.events)
    return log.event((event) => !seen.has(event) && matches(event))
  }

  const works = (event: Event): boolean => String(event.msg).includes('all ports work')

  it('find each other over mDNS, and ports of every kind work', async () => {
    const left = await startOn(1, 'Left')
    await startOn(2, 'Right')
    await left.log.event(works)
  })

  it('keep local messages to their host, while global ones cross', async () => {
    const left = await startOn(1, 'Left')
    const here = await startOn(1, 'Right')
    const { id } = await left.log.named('started')
    expect(await here.log.saying('near by')).to.include({ of: id })
    const there = await startOn(2, 'Right')
    expect(await there.log.saying('many pings')).to.include({ near: 0 })
    expect(there.log.events.map(({ msg }) => msg)).not.to.include('near by')
  })

  it('follow a host that gets another address', async () => {
    const left = await startOn(1, 'Left')
    const right = await startOn(2, 'Right')
    await left.log.event(works)
    const gone = next(left, (event) => event.event === 'disconnected')
    hosts.lan.readdress(2, '10.77.0.2', '10.77.0.9')
    await right.log.saying('has the address 10.77.0.9 now')
    await gone
    await next(left, works)
  })

  it('lose each other when a cable is out, and come back when it is in again', async () => {
    const left = await startOn(1, 'Left')
    await startOn(2, 'Right')
    await left.log.event(works)
    const gone = next(left, (event) => event.event === 'disconnected')
    hosts.lan.cable(2, false)
    expect((await gone).why).to.match(/nothing was heard/)
    const again = next(left, works)
    hosts.lan.cable(2, true)
    await again
  })

  /** As a user starts it who names no interface. */
  function startUntold(host: number, actor: string, ...more: string[]): Promise<ActorProcess> {
    const { processes, lan } = hosts
    const place = (...command: string[]) => lan.on(host, 'env', '-u', 'QUORATE_INTERFACE', ...command)
    return processes.start(APP, [actor, ...more], place)
  }

  it('find each other where no interface is named: they are on that of the default route', async () => {
    const left = await startUntold(1, 'Left')
    const right = await startUntold(2, 'Right')
    await left.log.event(works)
    expect((await left.log.named('ready')).directory).to.match(/^10\.77\.0\.1:/)
    // All sockets of both: not on every interface, nor on the loopback alone.
    for (const [at, { pid }] of [left, right].entries()) {
      const own = `10.77.0.${at + 1}`
      const others = listeningOf(pid).filter((address) => address !== own && address !== '127.0.0.1')
      expect(others).to.deep.equal([])
      expect(listeningOf(pid)).to.include(own)
    }
  })

  it('find each other without a default route, too, on the first that is no loopback', async () => {
    for (const host of [1, 2]) hosts.lan.ip(host, 'route', 'del', 'default')
    const left = await startUntold(1, 'Left')
    await startUntold(2, 'Right')
    await left.log.event(works)
  })

  it('are on the loopback where there is no other interface, and are told so', async () => {
    hosts.lan.ip(1, 'link', 'del', 'eth0')
    const left = startHere('run', fixtureApp('pair.ts'), 'Left')
    await left.line(/ready: .* directory 127\.0\.0\.1:/)
    expect(left.stderr).to.deep.equal(['quorate: lo is the only network interface: no other host is reached'])
  })

  it('stay on the loopback where groups elect and nobody said which seats are here', async () => {
    const electing = startHere('run', GROUPIE, '--count', '3', '--script', 'join Trio.north')
    await electing.line(/is led by/, 3)
    expect(electing.stderr).to.deep.equal([
      'quorate: groups of groupie elect, and nobody said which of their seats are on this host: ' +
        'it stays on lo; with --seats it is on eth0 (10.77.0.1)',
    ])
    expect(electing.stdout.join()).to.match(/directory 127\.0\.0\.1:/)
    await startUntold(2, 'Left')
    const { code, stdout } = await startHere('ps', '--json').ended
    expect(code).to.equal(0)
    const { actors }: { actors: { actor: string; host: string }[] } = JSON.parse(stdout[0] ?? '')
    const found = actors.map(({ actor, host }) => `${actor} ${host}`)
    expect(found).to.deep.equal([...Array(3).fill('Groupie 127.0.0.1'), 'Left 10.77.0.2'])
    await electing.kill()

    const seated = startHere(
      'run',
      GROUPIE,
      '--count',
      '3',
      '--script',
      'join Trio.north',
      '--seats',
      '0,1,2,3,4',
    )
    await seated.line(/is led by/, 3)
    expect(seated.stderr).to.deep.equal([])
    expect(seated.stdout.join()).to.match(/directory 10\.77\.0\.1:/)
  })

  it('stay apart where each names only its loopback', async () => {
    const left = await start(1, 'Left')
    const right = await start(2, 'Right')
    // Two that can hear each other find each other in the meantime.
    const third = await start(1, 'Right')
    await left.log.event(works)
    expect(
      left.log.events.filter(({ event }) => event === 'connected').map(({ peer }) => peer),
    ).to.deep.equal([(await third.log.named('started')).id])
    expect(right.log.events.some(({ event }) => event === 'connected')).to.equal(false)
  })
})

/** The IPv4 addresses at which anybody listens on the host of a process. */
function listeningOf(pid: number): string[] {
  const [, ...rows] = readFileSync(`/proc/${pid}/net/tcp`, 'utf8').trim().split('\n')
  return rows.flatMap((row) => {
    const [, local = '', , state] = row.trim().split(/\s+/)
    if (state !== LISTENS) return []
    return [...Buffer.from(local.slice(0, 8), 'hex').reverse()].join('.')
  })
}
