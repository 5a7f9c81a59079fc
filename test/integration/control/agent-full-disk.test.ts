/** An agent whose disk is full: what it cannot keep it does not do, and what runs can be stopped. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statfsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { anchorsText } from '../../../ports/security/index.js'
import { agentsForTests } from '../../support/agents.js'
import { type BundleForTests, bundleForTests, TEXTS } from '../../support/bundles.js'
import { cliForTests } from '../../support/cli.js'
import { eventually } from '../../support/eventually.js'
import { needed } from '../../support/needed.js'

/** A disk of its own, that only the agent and what it starts see. */
const DISK = 'mount -t tmpfs -o size=10m tmpfs "$0" && exec "$@"'

function disksMissing(): string | undefined {
  try {
    execFileSync('unshare', ['--mount', 'sh', '-c', DISK, tmpdir(), 'true'], { stdio: 'ignore' })
    return undefined
  } catch {
    return 'needs root, and unshare of util-linux, for a disk of its own'
  }
}

describe('an agent on a full disk', function () {
  this.timeout(60_000)
  const cli = cliForTests()
  const agents = agentsForTests(cli)
  const { app } = agents
  before(function () {
    needed(this, disksMissing())
  })

  it('starts nothing that it cannot keep, stops what runs, and goes on when there is room', async () => {
    const disk = mkdtempSync(join(tmpdir(), 'quorate-disk-'))
    try {
      const prefix = ['unshare', '--mount', 'sh', '-c', DISK, disk]
      const agent = await agents.start({ data: join(disk, 'data'), prefix })
      expect(await agent.start({ app, actor: 'Fills', id: 'talks' })).to.include({ state: 'active' })
      const itsDisk = `/proc/${agent.process.pid}/root${disk}`
      await eventually(() => statfsSync(itsDisk).bavail === 0, 'the disk is full', 40_000)
      const body = { app, actor: 'Plain', params: {}, id: 'more' }
      const refused = await agent.ask('POST', '/v1/actors', body)
      expect([refused.status, refused.text]).to.match(/507.*agent-not-kept.*cannot write to/)
      const { actors } = await agent.done<{ actors: { id: string }[] }>('GET', '/v1/actors')
      expect(actors.map(({ id }) => id)).to.deep.equal(['talks'])
      const { actor } = await agent.done<{ actor: object }>('POST', '/v1/actors/talks/stop')
      expect(actor).to.include({ state: 'ended' })
      // Whoever still has its log open keeps what that takes: the shell beside it ends a moment later.
      const { pid } = agent.process
      const children = (): string => readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim()
      await eventually(() => children() === '', 'nothing runs')
      await agent.done('DELETE', '/v1/actors/talks')
      expect(await agent.start(body)).to.include({ state: 'active' })
      await agent.done('POST', '/v1/actors/more/stop')
    } finally {
      await cli.end()
      rmSync(disk, { recursive: true, force: true })
    }
  })

  it('takes no bundle that it has no room for, and leaves nothing of it', async () => {
    const disk = mkdtempSync(join(tmpdir(), 'quorate-disk-'))
    const large = bundleForTests({ ...TEXTS, 'data/large.txt': 'x'.repeat(9_000_000) })
    const small = bundleForTests()
    const anchors = cli.file('cell.anchors', anchorsText([large.anchor], 'cell'))
    try {
      const prefix = ['unshare', '--mount', 'sh', '-c', DISK, disk]
      const data = join(disk, 'data')
      const agent = await agents.start({ data, prefix, args: ['--open', '--trust', anchors] })
      const put = async ({ digest, sent }: BundleForTests): Promise<string> => {
        const init = { method: 'PUT', body: new Uint8Array(sent) }
        const answer = await fetch(`${agent.address}/v1/bundles/${digest}`, init)
        return `${answer.status} ${await answer.text()}`
      }
      expect(await put(large)).to.match(/^507 .*bundle-not-kept.*no space left/)
      expect(await put(small)).to.match(/^200 /)
      const there = readdirSync(`/proc/${agent.process.pid}/root${data}/bundles`)
      expect(there).to.have.members([small.digest, 'node_modules'])
    } finally {
      await cli.end()
      rmSync(disk, { recursive: true, force: true })
    }
  })
})
