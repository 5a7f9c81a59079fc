/** The microgrid as `npm start` runs it: five processes, real readings; and `kill -9` of its coordinator. */
import { expect } from 'chai'
import { appForTests } from '../support/app-for-tests.js'
import type { CliProcess } from '../support/cli.js'

interface Moved {
  readonly label: string
  readonly moved: string
  readonly sequence: number
  readonly at: number
  /** When the line was written: the clock of the host. */
  readonly t: number
}

/** Moments of one machine: five times what is promised of them, and room for a machine that is busy. */
const SAME_MOMENT_MS = 50

describe('the microgrid', function () {
  this.timeout(90_000)
  const run = appForTests('microgrid')

  const start = (...args: string[]): CliProcess => {
    const quick = ['--islandAfter', '1000', '--reconnectAfter', '1000', '--limit', '1000']
    return run('--count', '5', ...quick, ...args)
  }
  const count = (running: CliProcess, text: RegExp): number =>
    running.events.filter(({ msg }) => text.test(String(msg))).length
  const until = (running: CliProcess, text: RegExp): Promise<void> =>
    running.until(() => count(running, text) > 0, String(text))
  /** Kills the one that told last that it coordinates; gives its label. */
  const killCoordinator = (running: CliProcess): string => {
    const label = running.events.findLast(({ msg }) => /coordinates now/.test(String(msg)))?.label
    const pid = running.events.find((event) => event.event === 'started' && event.label === label)?.pid
    process.kill(Number(pid), 'SIGKILL')
    return String(label)
  }
  /**
   * Every survivor moved so often, each time once and at the moment that was agreed. On a machine that stands
   * still at such a moment one may say that it was too late for it; not more.
   */
  const expectMovedTogether = (running: CliProcess, dead: string, times: number): void => {
    const all = running.events.filter(isMoved)
    const late = running.events.flatMap(({ label, msg }) => {
      const [, sequence] = /^missed \w+ (\d+): heard of it \d+ ms too late$/.exec(String(msg)) ?? []
      return sequence === undefined ? [] : [{ label: String(label), sequence: Number(sequence) }]
    })
    expect(late.length, storyOf(running)).to.be.at.most(1)
    for (let sequence = 1; sequence <= times; sequence++) {
      const moves = all.filter((move) => move.sequence === sequence && move.label !== dead)
      const missed = late.filter((each) => each.sequence === sequence)
      const told = [...moves, ...missed].map(({ label }) => label).sort()
      expect(told, `move ${sequence} of ${storyOf(running)}`).to.deep.equal(
        ['Inverter.0', 'Inverter.1', 'Inverter.2', 'Inverter.3', 'Inverter.4'].filter(
          (each) => each !== dead,
        ),
      )
      expect(new Set(moves.map(({ at }) => at)).size).to.equal(1)
      const times = moves.map(({ t }) => t)
      expect(Math.max(...times) - Math.min(...times)).to.be.at.most(SAME_MOMENT_MS)
    }
  }

  it('opens five breakers at one moment, closes them again, and ends with 0 on Ctrl-C', async () => {
    const running = start()
    await until(running, /^connected: 5 breakers of \d closed/)
    expectMovedTogether(running, '', 2)
    running.signal('SIGINT')
    expect(await running.ended).to.deep.include({ code: 0, stderr: [] })
    expect(running.events.map(({ event }) => event)).not.to.include('error')
  })

  const moments: Readonly<Record<string, (running: CliProcess) => boolean>> = {
    'before it has proposed anything': (running) => count(running, /coordinates now/) > 0,
    'while the others think about their votes': (running) => count(running, /thinks about its vote/) === 5,
    'between the vote and the moment that was agreed': (running) =>
      count(running, /islanding 1 is agreed/) > 0,
  }
  for (const [moment, isReached] of Object.entries(moments)) {
    it(`loses nothing when its coordinator is killed ${moment}`, async () => {
      const running = start('--think', '400', '--ahead', '2000', '--log-level', 'debug')
      await running.until(() => isReached(running), moment)
      const dead = killCoordinator(running)
      await until(running, /^islanded: 4 breakers of \d open/)
      await until(running, /^connected: 4 breakers of \d closed/)
      expectMovedTogether(running, dead, 2)
      expect(count(running, /^islanded: 4 breakers of \d open/)).to.equal(1)
      running.signal('SIGINT')
      expect((await running.ended).code).to.equal(137)
    })
  }
})

/** What the inverters told, for a failure. */
function storyOf({ events }: CliProcess): string {
  const told = events.flatMap(({ label, t, msg, level }) =>
    msg === undefined || level === 'debug' ? [] : [`${String(t)} ${String(label)} ${String(msg)}`],
  )
  return ['the story:', ...told].join('\n')
}

function isMoved(event: Record<string, unknown>): event is Record<string, unknown> & Moved {
  return typeof event.moved === 'string'
}
