/**
 * The recipe of docs/deploy/containers.md without the containers: two hosts with a router between them, the
 * environment that compose.yaml gives, and a settings file.
 */
import { expect } from 'chai'
import { skip } from '../../skip.js'
import { fixtureApp } from '../../support/apps.js'
import { type CliProcess, cliForTests } from '../../support/cli.js'
import { Lan } from '../../support/lan.js'
import { type RoutedHost, RoutedNetwork } from '../../support/routed.js'
import { composeServices, type RecipeService } from './recipe.js'

/** `Left` says when messages, questions and answers have gone both ways. */
const PAIR = fixtureApp('pair.ts')
const WORKS = /all ports work/

describe('actors on two routed hosts', function () {
  this.timeout(60_000)
  const cli = cliForTests()
  let network: RoutedNetwork

  before(function () {
    const missing = Lan.missing()
    if (missing) skip(this, missing)
  })

  beforeEach(() => {
    network = new RoutedNetwork()
  })

  afterEach(async () => {
    await cli.end()
    network.remove()
  })

  function start(
    host: RoutedHost,
    args: readonly string[],
    env: Readonly<Record<string, string>> = {},
  ): CliProcess {
    const [program, prefix] = network.on(host)
    return cli.start(args, { prefix: [program, ...prefix], env })
  }

  function recipe(): { meter: RecipeService; display: RecipeService } {
    const { meter, display } = composeServices({
      METER_HOST: network.address(1),
      DISPLAY_HOST: network.address(2),
    })
    if (!meter || !display) throw new Error('compose.yaml lacks a service')
    const mounted = ({ environment, ...rest }: RecipeService): RecipeService => {
      expect(environment.QUORATE_KEYS).to.equal('/keys')
      return { ...rest, environment: { ...environment, QUORATE_KEYS: cli.keysOf('pair') } }
    }
    return { meter: mounted(meter), display: mounted(display) }
  }

  it('hear no multicast of each other: mDNS finds those of the own host only', async () => {
    const args = ['--interface', 'eth0', '--json']
    for (const [host, actor] of [
      [1, 'Left'],
      [2, 'Right'],
    ] as const) {
      await start(host, ['run', PAIR, actor, ...args]).line(/"ready"/)
    }
    for (const [host, actor] of [
      [1, 'Left'],
      [2, 'Right'],
    ] as const) {
      const { code, stdout } = await start(host, ['ps', ...args]).ended
      expect(code).to.equal(0)
      const { actors }: { actors: { actor: string; host: string }[] } = JSON.parse(stdout[0] ?? '')
      expect(actors.map(({ actor, host }) => ({ actor, host }))).to.deep.equal([
        { actor, host: network.address(host) },
      ])
    }
  })

  it('talk both ways with the environment of the recipe, and its health checks see them', async () => {
    const { meter, display } = recipe()
    const right = start(2, ['run', PAIR, 'Right'], display.environment)
    await right.line(/ready/)
    const left = start(1, ['run', PAIR, 'Left'], meter.environment)
    await left.line(WORKS)
    for (const [host, { environment, healthcheck }] of [
      [1, meter],
      [2, display],
    ] as const) {
      const [, , ...args] = healthcheck.test
      const { code, stdout, stderr } = await start(host, args, environment).ended
      expect({ code, stderr }).to.deep.equal({ code: 0, stderr: [] })
      expect(stdout.join('\n')).to.match(host === 1 ? /Left/ : /Right/)
    }
  })

  it('find one that was killed and started again, whichever of the two it is', async () => {
    const { meter, display } = recipe()
    const startLeft = () => start(1, ['run', PAIR, 'Left', '--json'], meter.environment)
    const startRight = () => start(2, ['run', PAIR, 'Right'], display.environment)
    const right = startRight()
    const first = startLeft()
    await first.line(WORKS)
    await first.kill()
    const left = startLeft()
    await left.line(WORKS)
    await right.kill()
    await left.line(/"disconnected"/)
    startRight()
    await left.line(/"event":"connected"/, 2)
    const before = left.stdout.filter((line) => WORKS.test(line)).length
    await left.line(WORKS, before + 1)
  })

  it('talk with a settings file each instead, and a key that was carried to the other', async () => {
    const directories = `[${network.address(1)}:7000]`
    const settings = (discovery: string) =>
      `interface: eth0\ndirectoryPort: 7000\ndiscovery: { static: ${discovery} }\n`
    const users = (name: string, text: string) => {
      cli.file(`${name}/quorate/quorate.yaml`, text)
      return { XDG_CONFIG_HOME: cli.cache.replace(/cache$/, name), QUORATE_INTERFACE: '' }
    }
    const [ofLeft, ofRight] = ['of-left', 'of-right'].map((name) => users(name, settings(directories)))
    const carried = cli.cache.replace(/cache$/, 'right.keys')
    for (const [args, env] of [
      [['init', 'pair'], ofLeft],
      [['actor', 'pair', 'Right', '--out', carried], ofLeft],
      [['import', carried], ofRight],
    ] as const) {
      expect(await cli.run(['keys', ...args], { env: env ?? {} })).to.include({ code: 0 })
    }
    // Its own directory may be in the list of all.
    const left = start(1, ['run', PAIR, 'Left'], ofLeft)
    start(2, ['run', PAIR, 'Right'], ofRight)
    await left.line(WORKS)
    // The key of an actor will do to look on.
    const { code, stdout } = await start(2, ['ps', '--json'], ofRight).ended
    const { actors }: { actors: { actor: string }[] } = JSON.parse(stdout[0] ?? '')
    expect({ code, seen: actors.map(({ actor }) => actor) }).to.deep.equal({ code: 0, seen: ['Left'] })
  })

  it('do not talk where each has made keys of its own, and who dials is told', async () => {
    const { meter, display } = recipe()
    const own = (name: string) => ({ QUORATE_KEYS: cli.cache.replace(/cache$/, name) })
    const left = start(1, ['run', PAIR, 'Left'], { ...meter.environment, ...own('of-left-alone') })
    const right = start(2, ['run', PAIR, 'Right'], { ...display.environment, ...own('of-right-alone') })
    await right.line(/7000 does not let the key in that was shown there: bad-certificate; do both have/)
    expect(left.stdout.filter((line) => /connected|work/.test(line))).to.deep.equal([])
  })
})
