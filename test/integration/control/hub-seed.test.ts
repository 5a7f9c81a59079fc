/** Every exchange that was seen with the control-lab-ly hub, against ours: status and body, to the byte. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { Hub } from '../../../control/hub/index.js'
import { exchangesIn } from './exchanges.js'

/**
 * What the reference does otherwise than its documentation says, and ours does as that says: see the last
 * test.
 */
const OTHERWISE: readonly string[] = ['GET /command/clear', 'GET /reply/clear']

describe('a hub, for clients of control-lab-ly', () => {
  const sections = exchangesIn('hub-http.txt')
  const folder = mkdtempSync(join(tmpdir(), 'quorate-hub-'))
  const hub = new Hub({ port: 0, data: folder, open: true })
  /** What the reference called what ours calls otherwise: ids of commands that a hub makes. */
  const ids = new Map<string, string>()
  before(() => hub.start())
  after(async () => {
    await hub.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  async function ask(method: string, path: string, body?: string): Promise<{ status: number; text: string }> {
    const answer = await fetch(`http://127.0.0.1:${hub.port}${path}`, {
      method,
      ...(body !== undefined && { body, headers: { 'content-type': 'application/json' } }),
    })
    return { status: answer.status, text: await answer.text() }
  }

  /** With the ids that ours made in place of those that the reference made, as they first come up. */
  function asOurs(expected: string, answer: string): string {
    const made = [...answer.matchAll(/[0-9a-f]{32}/g)].map(([id]) => id)
    for (const [at, [id]] of [...expected.matchAll(/[0-9a-f]{32}/g)].entries()) {
      if (!ids.has(id)) ids.set(id, made[at] ?? '')
    }
    return expected.replace(/[0-9a-f]{32}/g, (id) => ids.get(id) ?? id)
  }

  for (const [title, exchanges] of sections) {
    if (title.includes("named 'clear'")) continue
    it(`answers as that does: ${title} (${exchanges.length})`, async () => {
      expect(exchanges).to.have.length.above(0)
      for (const { method, path, body, status, answer } of exchanges) {
        const name = `${method} ${path} ${body ?? ''}`
        if (OTHERWISE.includes(`${method} ${path}`)) continue
        const given = await ask(method, path, body)
        expect(`${given.status} ${given.text}`, name).to.equal(`${status} ${asOurs(answer, given.text)}`)
      }
    })
  }

  it('clears all where it is asked to, and has no target of that name', async () => {
    const named = { request_id: 'x', address: { sender: [], target: ['clear'] }, method: 'y' }
    const refused = await ask('POST', '/command', JSON.stringify(named))
    expect(refused.status).to.equal(422)
    expect(refused.text).to.include('is no name')
    for (const [path, all] of [
      ['/command/clear', '/commands'],
      ['/reply/clear', '/replies'],
    ] as const) {
      expect((await ask('GET', all)).text).to.include('request_id')
      expect(await ask('GET', path)).to.deep.equal({ status: 200, text: '{"status":"cleared"}' })
      expect((await ask('GET', all)).text).to.not.include('request_id')
      expect((await ask('DELETE', path)).status).to.equal(200)
    }
  })
})
