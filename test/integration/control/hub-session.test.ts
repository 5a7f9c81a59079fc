/** How a page of the hub comes: by the cookie of a session, and from no other origin. */
import { once } from 'node:events'
import { request } from 'node:http'
import { expect } from 'chai'
import { WebSocket } from 'ws'
import type { Hub } from '../../../control/hub/index.js'
import { rejectionOf } from '../../rejection.js'
import { HubsForTests } from './hubs-for-tests.js'

type Headers = Readonly<Record<string, string>>

interface Answered {
  readonly status: number
  readonly cookie: string
}

describe('a session of a page of the hub', function () {
  this.timeout(30_000)
  const hubs = new HubsForTests()

  function ask({ port }: Hub, method: string, path: string, headers: Headers = {}): Promise<Answered> {
    return new Promise((resolve, reject) => {
      const asked = request({ host: '127.0.0.1', port, method, path, headers }, (answer) => {
        answer.resume()
        const [cookie = ''] = answer.headers['set-cookie'] ?? []
        answer.once('end', () => resolve({ status: answer.statusCode ?? 0, cookie }))
      })
      asked.on('error', reject).end()
    })
  }

  async function signedIn(hub: Hub): Promise<{ readonly cookie: string; readonly own: Headers }> {
    const { status, cookie } = await ask(hub, 'POST', '/v1/session', { authorization: `Bearer ${hub.token}` })
    expect(status).to.equal(200)
    expect(cookie).to.match(/^quorate_hub_\d+=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict; Max-Age=\d+$/)
    const [shown = ''] = cookie.split(';')
    return { cookie: shown, own: { cookie: shown, origin: `http://127.0.0.1:${hub.port}` } }
  }

  async function socket({ port }: Hub, headers: Headers): Promise<string> {
    const one = new WebSocket(`ws://127.0.0.1:${port}/v1/socket`, { headers })
    const opened = once(one, 'open').then(() => {
      one.terminate()
      return 'open'
    })
    return opened.catch((error: Error) => error.message)
  }

  it('admits as the token does, until it is ended', async () => {
    const hub = await hubs.start()
    const { cookie, own } = await signedIn(hub)
    expect((await ask(hub, 'GET', '/v1/session', { cookie })).status).to.equal(200)
    expect((await ask(hub, 'GET', '/v1/fleet', { cookie })).status).to.equal(200)
    expect((await ask(hub, 'GET', '/v1/fleet', { cookie: `a=b; ${cookie}; c=d` })).status).to.equal(200)
    expect(await socket(hub, own)).to.equal('open')
    expect((await ask(hub, 'DELETE', '/v1/session', own)).cookie).to.match(/=; .*Max-Age=0$/)
    expect((await ask(hub, 'GET', '/v1/fleet', { cookie })).status).to.equal(401)
    expect(await socket(hub, own)).to.include('401')
  })

  it('is begun with the token alone', async () => {
    const hub = await hubs.start()
    const { own } = await signedIn(hub)
    for (const headers of [{}, { authorization: 'Bearer wrong' }, own]) {
      const { status, cookie } = await ask(hub, 'POST', '/v1/session', headers)
      expect([status, cookie]).to.deep.equal([401, ''])
    }
    const [name = ''] = own.cookie?.split('=') ?? []
    for (const value of ['', 'x'.repeat(43), '__proto__']) {
      expect((await ask(hub, 'GET', '/v1/fleet', { cookie: `${name}=${value}` })).status).to.equal(401)
    }
  })

  it("changes something from the hub's own page alone, and opens a socket from there alone", async () => {
    const hub = await hubs.start()
    const { cookie, own } = await signedIn(hub)
    const remove = async (headers: Headers): Promise<number> =>
      (await ask(hub, 'DELETE', '/v1/workers/none', headers)).status
    expect(await remove(own)).to.equal(404)
    expect(await remove({ cookie, 'sec-fetch-site': 'same-origin' })).to.equal(404)
    // Of no origin, or another.
    expect(await remove({ cookie })).to.equal(401)
    expect(await remove({ cookie, 'sec-fetch-site': 'none' })).to.equal(401)
    expect(await socket(hub, { cookie })).to.include('401')
    for (const foreign of [
      { origin: 'http://elsewhere.example' },
      { origin: 'null' },
      { origin: `http://127.0.0.1:${hub.port + 1}` },
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
    ] as Headers[]) {
      expect(await remove({ cookie, ...foreign }), JSON.stringify(foreign)).to.equal(403)
      expect(await socket(hub, { cookie, ...foreign })).to.include('403')
    }
  })

  it('is for the routes of the hub alone, and for one hub', async () => {
    const hub = await hubs.start()
    const { cookie, own } = await signedIn(hub)
    for (const path of ['/registry', '/commands', '/command/W', '/metrics']) {
      expect((await ask(hub, 'GET', path, own)).status, path).to.equal(401)
    }
    const other = await hubs.start()
    expect((await ask(other, 'GET', '/v1/fleet', { cookie })).status).to.equal(401)
  })

  it('tells whoever asks whether they are let in, and nothing else', async () => {
    const hub = await hubs.start()
    const { cookie } = await signedIn(hub)
    const told = async (headers: Headers): Promise<unknown> =>
      (await fetch(`http://127.0.0.1:${hub.port}/v1/session`, { headers })).json()
    expect(await told({})).to.deep.equal({ open: false, admitted: false })
    expect(await told({ cookie })).to.deep.equal({ open: false, admitted: true })
    expect(await told({ authorization: `Bearer ${hub.token}` })).to.deep.equal({
      open: false,
      admitted: true,
    })
    expect((await ask(hub, 'GET', '/v1/session', { origin: 'http://elsewhere.example' })).status).to.equal(
      403,
    )
  })

  it('needs nothing where the hub is open, and gives nothing there', async () => {
    const hub = await hubs.start({ open: true })
    for (const method of ['GET', 'POST', 'DELETE']) {
      expect((await ask(hub, method, '/v1/session')).status).to.equal(200)
    }
    expect((await ask(hub, 'POST', '/v1/session')).cookie).to.equal('')
    const refused = new WebSocket(`ws://127.0.0.1:${hub.port}/v1/socket`, { headers: { origin: 'http://x' } })
    expect((await rejectionOf(once(refused, 'open'))).message).to.include('403')
  })
})
