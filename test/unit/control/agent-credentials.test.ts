import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { Credentials } from '../../../control/agent/credentials.js'
import { agentLimits } from '../../../control/agent/limits.js'
import { AgentStore } from '../../../control/agent/records.js'
import { rejectionOf } from '../../rejection.js'

const TOKEN = 'the token of the agent'
/** The SHA-256 of "admin". */
const DEFAULT = '8c6976e5b5410415bde908bd4dee15dfb167a9c873fc4bb8a81f6f2ab448a918'

describe('the credentials of an agent', () => {
  let folder = ''
  let store: AgentStore
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'quorate-credentials-'))
    store = new AgentStore(folder)
  })
  afterEach(async () => {
    await store.close()
    rmSync(folder, { recursive: true, force: true })
  })

  it('are kept as a hash alone', async () => {
    await new Credentials(store, TOKEN).change('admin', DEFAULT, 'next')
    const kept = [...store.entries()].map(([, text]) => text).join()
    expect(kept).to.match(/"hash":"[\da-f]{64}"/)
    expect(kept).not.to.include('next')
    for (const file of ['data.mdb', 'lock.mdb']) {
      expect(statSync(join(folder, file)).mode & 0o077, file).to.equal(0)
    }
    const again = new Credentials(store, TOKEN)
    expect(again.isDefault).to.equal(false)
    expect(await again.signIn('admin', DEFAULT)).to.equal(undefined)
    expect(await again.signIn('admin', TOKEN)).to.equal(undefined)
    const { token = '' } = (await again.signIn('admin', 'next')) ?? {}
    expect(again.isUser(token)).to.equal(true)
  })

  it('are changed by one of those who change them at once', async () => {
    const credentials = new Credentials(store, TOKEN)
    const all = await Promise.all(['a', 'b', 'c'].map((next) => credentials.change('admin', DEFAULT, next)))
    const tokens = all.flatMap((each) => (typeof each === 'object' ? [each.token] : []))
    expect(tokens).to.have.length(1)
    expect(credentials.isUser(tokens[0] ?? '')).to.equal(true)
  })

  it('are looked at by so many at once', async () => {
    const credentials = new Credentials(store, TOKEN)
    await credentials.change('admin', DEFAULT, 'next')
    const looking = Array.from({ length: agentLimits.attemptsAtOnce }, () => credentials.signIn('admin', 'x'))
    const refused = await rejectionOf(credentials.signIn('admin', 'next'))
    expect(refused).to.include({ code: 'agent-full' })
    expect(await Promise.all(looking)).to.deep.equal(looking.map(() => undefined))
    expect(await credentials.signIn('admin', 'next')).to.be.an('object')
  })

  it('let nobody in where another agent wrote them in another form, but the owner', async () => {
    store.putText(['user', 'admin'], '{"name":"admin","hash":7}')
    await store.kept()
    const credentials = new Credentials(store, TOKEN)
    expect(await credentials.signIn('admin', DEFAULT)).to.equal(undefined)
    expect(await credentials.signIn('', '')).to.equal(undefined)
    expect(await credentials.change('admin', DEFAULT, 'next')).to.equal(undefined)
    expect(await credentials.change('admin', TOKEN, 'next')).to.be.an('object')
  })
})
