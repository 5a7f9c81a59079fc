import { expect } from 'chai'
import { runScript } from '../../../../../apps/quorate/console/script.js'
import { ActorCommand } from '../../../../../control/index.js'
import { ESCAPE, type Played, played, STEERING } from './played.js'

interface Printed {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** Carries out lines, and gives what was printed. */
async function scripted(of: Played, lines: readonly string[], json = false): Promise<Printed> {
  const printed = { stdout: '', stderr: '' }
  const { stdout, stderr } = process
  const own = [stdout.write, stderr.write] as const
  stdout.write = (text: unknown) => {
    printed.stdout += String(text)
    return true
  }
  stderr.write = (text: unknown) => {
    printed.stderr += String(text)
    return true
  }
  try {
    return { code: await runScript(of.session, lines, { json, source: 'lines' }), ...printed }
  } finally {
    ;[stdout.write, stderr.write] = own
  }
}

describe('a script of the console', () => {
  const rate = () =>
    played((_command, { customCommand }) => {
      return customCommand === ActorCommand.GET ? { data: 7 } : { result: 400, errorMessage: STEERING }
    })

  it('prints what lines lead to, up to the first that fails, which it names', async () => {
    const of = rate()
    const { code, stdout, stderr } = await scripted(of, [
      'get rate',
      '# nothing',
      '',
      'set rate 1',
      'get rate',
    ])
    expect([code, stdout, of.sent.length]).to.deep.equal([1, '7\n', 2])
    expect(stderr).to.match(/quorate:.* lines:4: FAILED: \?\[2J\?2J\?\n$/)
  })

  it('ends where a line says so, and with 2 where one makes no sense', async () => {
    expect(await scripted(rate(), ['get rate', 'quit', 'get rate'])).to.include({ code: 0, stdout: '7\n' })
    expect(await scripted(rate(), ['say "all', 'get rate'])).to.include({ code: 2, stdout: '' })
  })

  it('prints a JSON for each line, from which nothing escapes', async () => {
    const of = played(() => ({ data: STEERING }))
    const { stdout } = await scripted(of, ['get rate', ' '], true)
    expect(stdout).not.to.contain(ESCAPE)
    expect(stdout.split('\n')).to.have.length(2)
    expect(JSON.parse(stdout)).to.deep.equal({ v: 1, line: 'get rate', exit: 0, value: STEERING })
  })
})
