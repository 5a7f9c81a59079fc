import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import type { Command } from 'commander'
import { record } from '../../../../../apps/quorate/commands/record.js'
import { replay } from '../../../../../apps/quorate/commands/replay.js'
import { exitCodes } from '../../../../../apps/quorate/failure.js'
import { recordCommand, replayCommand } from '../../../../../apps/quorate/recording/commands.js'
import { rejectionOf } from '../../../../rejection.js'

const HEADER = '{"quorate":"recording","v":2,"app":"meters","at":5}\n'

describe('the commands of recordings', () => {
  const folder = mkdtempSync(join(tmpdir(), 'quorate-recording-'))
  after(() => rmSync(folder, { recursive: true }))
  const there = join(folder, 'there.jsonl')
  const other = join(folder, 'other.jsonl')
  const none = join(folder, 'none.jsonl')
  before(() => {
    writeFileSync(there, HEADER)
    writeFileSync(other, '{"no":"recording"}\n')
  })

  async function isUsage(run: Promise<number>, text: string): Promise<void> {
    const error = await rejectionOf(run)
    expect(error.message).to.contain(text)
    expect(error, text).to.have.property('exitCode', exitCodes.usage)
  }

  it('record refuses what it cannot do before it looks for anybody', async () => {
    const wrong: [string[], string][] = [
      [[''], 'the name of the file is empty'],
      [[there], `${there} is there already; give --force to write over it`],
      [[none, '--bytes', 'many'], '--bytes is "many"; give a number of bytes, at least 512'],
      [[none, '--bytes', '511'], '--bytes is "511"; give a number of bytes, at least 512'],
      [[none, '--for', 'ever'], '--for cannot be "ever"'],
    ]
    for (const [args, text] of wrong) await isUsage(record(args), text)
    expect(readdirSync(folder)).to.have.members(['there.jsonl', 'other.jsonl'])
  })

  it('replay refuses what it cannot do before it looks for anybody', async () => {
    const wrong: [string[], string][] = [
      [[none], `the recording ${none} cannot be read: ENOENT`],
      [[folder], `the recording ${folder} cannot be read: EISDIR`],
      [[other], `${other} is no recording of quorate`],
      [[there], `${there} tells of no type of messages: there is nothing to publish`],
      [[there, '--speed', '0'], '--speed is "0"; give a number above 0 and at most 1000000'],
      [[there, '--speed', '1e7'], '--speed is "1e7"; give a number above 0 and at most 1000000'],
      [[there, '--from', '2s', '--to', '1s'], '--to is not after --from: nothing is between them'],
      [[there, '--from', '1s', '--to', '1s'], '--to is not after --from: nothing is between them'],
    ]
    for (const [args, text] of wrong) await isUsage(replay(args), text)
  })

  it('say in their help what they heed', () => {
    expect(helpOf(recordCommand())).to.match(
      /Only what pub ports publish is recorded: qry, ans, .* are not\./,
    )
    expect(helpOf(replayCommand())).to.contain('--app <name>').and.not.contain('QUORATE_APP')
  })
})

function helpOf(command: Command): string {
  const texts: string[] = []
  command.configureOutput({ writeOut: (text) => void texts.push(text) }).outputHelp()
  return texts.join('')
}
