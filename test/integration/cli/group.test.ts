/** `quorate group`: has the leader of a group of real processes hand over, and the group vote. */
import { expect } from 'chai'
import { fixtureApp, uniqueApp } from '../../support/apps.js'
import { birthWordsOver } from '../../support/birth-words.js'
import { type CliProcess, cliForTests, type End } from '../../support/cli.js'

const NORTH = 'Cell.north'

describe('quorate group', function () {
  this.timeout(60_000)
  const cli = cliForTests()
  let app = ''
  beforeEach(() => {
    // Seats are of the host, and another run may be at it.
    app = uniqueApp()
  })

  interface Cells {
    readonly running: CliProcess
    /** The option by which their directories are found. */
    readonly at: readonly string[]
    readonly members: readonly string[]
  }

  /** So many members of a group, once each is ready. */
  async function cells(count: number, ...options: readonly string[]): Promise<Cells> {
    const args = ['run', fixtureApp('cell.ts'), '--count', String(count), '--json', ...options]
    const running = cli.start(args, { env: { CELL_APP: app } })
    await running.line(/"ready"/, count)
    const ready = running.events.filter(({ event }) => event === 'ready')
    const joined = running.events.filter(({ msg }) => msg === 'joined')
    const at = ['--discovery', `static:${ready.map(({ directory }) => String(directory)).join()}`]
    return { running, at, members: joined.map(({ member }) => String(member)) }
  }

  const leaders = ({ running }: Cells): string[] =>
    running.events.filter(({ msg }) => msg === 'I lead').map(({ leader }) => String(leader))

  /** The same, once all follow a leader. */
  async function ledCells(...options: readonly string[]): Promise<Cells & { readonly leader: string }> {
    const all = await cells(3, ...options)
    const followers = (leader: string): number =>
      all.running.events.filter((each) => each.msg === 'is led' && each.leader === leader).length
    await all.running.until(() => leaders(all).some((each) => followers(each) === 2), 'one leads all')
    const joined = all.running.events.filter(({ msg }) => msg === 'joined')
    await birthWordsOver(joined.map(({ t }) => Number(t)))
    return { ...all, leader: leaders(all).at(-1) ?? '' }
  }

  const expectFailure = ({ code, stdout, stderr }: End, exitCode: number, text: RegExp): void => {
    expect(stderr.join('\n')).to.match(text)
    expect({ code, stdout }).to.deep.equal({ code: exitCode, stdout: [] })
  }

  it('transfer has the member lead that is named, or any other', async () => {
    const all = await ledCells()
    const [next = ''] = all.members.filter((each) => each !== all.leader)
    const named = await cli.run(['group', NORTH, 'transfer', next, ...all.at])
    expect(named).to.deep.include({ code: 0, stdout: [`${NORTH} is led by ${next}`], stderr: [] })
    await all.running.until(() => leaders(all).at(-1) === next, 'it leads')
    const free = await cli.run(['group', NORTH, 'transfer', ...all.at, '--json'])
    expect(free).to.deep.include({ code: 0, stderr: [] })
    const { data, ...told } = JSON.parse(free.stdout[0] ?? '')
    expect(told).to.deep.equal({ v: 1, group: NORTH, result: 100, error: null })
    expect(all.members.filter((each) => each !== next)).to.include(data.leader)
    await all.running.until(() => leaders(all).at(-1) !== next, 'another leads')
  })

  it('vote gives the outcome, whatever it is, and ends with 0', async () => {
    const { at } = await ledCells()
    const [yes, no, json] = await cli.runAll([
      ['group', NORTH, 'vote', 'go', ...at],
      ['group', NORTH, 'vote', 'no', '--kind', 'consensus', ...at],
      ['group', NORTH, 'vote', 'abstain', '--timeout', '200', '--json', ...at],
    ])
    expect(yes).to.deep.include({ code: 0, stdout: [`${NORTH}: yes`], stderr: [] })
    expect(no).to.deep.include({ code: 0, stdout: [`${NORTH}: no`], stderr: [] })
    expect(json).to.deep.include({ code: 0, stderr: [] })
    const { data, ...told } = JSON.parse(json?.stdout[0] ?? '')
    expect(told).to.deep.equal({ v: 1, group: NORTH, result: 100, error: null })
    expect(data).to.include({ topic: 'abstain', kind: 'majority', outcome: 'timeout' })
  })

  it('says why it cannot be: not joined, no such member, no leader, or no such words', async () => {
    const { at, leader } = await ledCells()
    const lines: [readonly string[], number, RegExp][] = [
      [
        ['Cell.south', 'transfer'],
        3,
        /^quorate: no actor that answers has joined Cell\.south; quorate groups/,
      ],
      [[NORTH, 'transfer', leader], 1, /no other member [0-9a-f]{32} that could lead/],
      [[NORTH, 'transfer', 'nobody'], 1, /no other member nobody that could lead/],
      [[NORTH, 'depose'], 2, /transfer \[member\], or <group> vote <topic>/],
      [[NORTH, 'vote'], 2, /vote <topic>/],
      [[NORTH, 'vote', 'go', '--timeout', '0'], 2, /--timeout is "0"; give milliseconds above 0/],
    ]
    const ends = await cli.runAll(lines.map(([words]) => ['group', ...words, ...at]))
    for (const [index, [, code, text]] of lines.entries()) {
      expectFailure(ends[index] ?? expect.fail('it did not run'), code, text)
    }
    app = uniqueApp()
    const alone = await cells(1, '--size', '1')
    expectFailure(
      await cli.run(['group', NORTH, 'transfer', ...alone.at]),
      1,
      /this member does not lead Cell\.north now/,
    )
    expectFailure(
      await cli.run(['group', NORTH, 'vote', 'go', ...alone.at]),
      1,
      /Cell\.north has no leader now/,
    )
  })

  it('takes the key of an operator, where the actors have keys', async () => {
    const { at } = await ledCells()
    const folder = `${cli.keysOf(app)}-of-a-viewer`
    const bundle = `${folder}.keys`
    await cli.run(['keys', 'actor', app, '*', '--role', 'viewer', '--out', bundle])
    await cli.run(['keys', 'import', bundle, '--keys', folder])
    const viewer = await cli.run(['group', NORTH, 'transfer', ...at, '--keys', folder])
    expectFailure(viewer, 1, /does not let this key in; commands take that of an operator/)
    const nobody = await cli.run(['group', NORTH, 'transfer', ...at, '--keys', `${folder}-without`])
    expectFailure(
      nobody,
      3,
      /has joined Cell\.north; there are no keys of the app \S+ in .*quorate keys import/,
    )
  })

  it('goes by the door in clear text, where the actors have no keys and open one', async () => {
    const open = await ledCells('--insecure', '--rpc', '0:0')
    const vote = await cli.run(['group', NORTH, 'vote', 'go', ...open.at])
    expect(vote).to.deep.include({ code: 0, stdout: [`${NORTH}: yes`], stderr: [] })
    await open.running.kill()
    app = uniqueApp()
    const shut = await ledCells('--insecure')
    expectFailure(await cli.run(['group', NORTH, 'vote', 'go', ...shut.at]), 3, /takes no commands here/)
  })
})
