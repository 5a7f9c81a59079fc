/** What a hub tells Prometheus. */
import { expect } from 'chai'
import { hubLimits } from '../../../control/hub/limits.js'
import { type Family, scraped } from '../../support/exposition.js'
import { HubsForTests } from './hubs-for-tests.js'

function told(families: ReadonlyMap<string, Family>, series: string): number | undefined {
  return families.get(series.replace(/\{.*| .*/, ''))?.samples.get(series)
}

describe('the metrics of a hub', function () {
  this.timeout(60_000)
  const hubs = new HubsForTests()

  it('count commands by what becomes of them, and tell how long they take', async () => {
    const hub = await hubs.start()
    const user = hubs.user(hub)
    const before = await scraped(hub.port, hub.token)
    expect(told(before, 'quorate_hub_commands_total{state="done"}')).to.equal(0)
    await hubs.worker(hub, { name: 'W "1"\\\n', objects: { PUMP: { fill: (n: number) => n } } })
    const to = 'W "1"\\\n'
    for (let n = 0; n < 3; n++) await user.call({ to, object: 'PUMP', method: 'fill', args: [n] })
    const late = await user.call({ to: 'nobody', method: 'x', timeoutMs: 150 }).catch(() => 'late')
    expect(late).to.equal('late')
    await user.post({ to: 'away', method: 'x' })
    await user.post({ to: ['away', 'nobody'], method: 'x' })
    const now = await scraped(hub.port, hub.token)
    for (const [series, value] of [
      ['quorate_hub_commands_total{state="queued"}', 7],
      ['quorate_hub_commands_total{state="leased"}', 3],
      ['quorate_hub_commands_total{state="taken"}', 0],
      ['quorate_hub_commands_total{state="done"}', 3],
      ['quorate_hub_commands_total{state="expired"}', 1],
      ['quorate_hub_commands_total{state="returned"}', 0],
      ['quorate_hub_queue_depth{worker=""}', 3],
      ['quorate_hub_queue_depth{worker="W \\"1\\"\\\\\\n"}', 0],
      ['quorate_hub_worker_done_total{worker="W \\"1\\"\\\\\\n"}', 3],
      ['quorate_hub_workers{state="there"}', 1],
      ['quorate_hub_workers{state="silent"}', 0],
    ] as const) {
      expect(told(now, series), series).to.equal(value)
    }
    // The worker may just be about to ask for more.
    expect(told(now, 'quorate_hub_waiting_requests')).to.be.within(0, 1)
    const count = (name: string) => now.get(name)?.samples.get(`${name}_count`)
    expect(count('quorate_hub_accept_seconds')).to.equal(6)
    expect(count('quorate_hub_command_seconds')).to.equal(3)
    expect(now.get('process_cpu_seconds_total')?.type).to.equal('counter')
    for (const [name, { help, type }] of now) expect([help, type], name).not.to.include('')
  })

  it('count those that the routes of its seed hand out, and those that come back', async () => {
    const hub = await hubs.start()
    const ask = (method: string, path: string, body?: object) =>
      fetch(`http://127.0.0.1:${hub.port}${path}`, {
        method,
        headers: { authorization: `Bearer ${hub.token}`, 'content-type': 'application/json' },
        ...(body && { body: JSON.stringify(body) }),
      })
    const address = { sender: ['U'], target: ['W'] }
    await ask('POST', '/command', { request_id: 'a', address, method: 'm' })
    await ask('POST', '/command', { request_id: 'b', address, method: 'm' })
    await ask('GET', '/command/W')
    const take = { leaseMs: hubLimits.leaseMinMs, waitMs: 20_000 }
    await ask('POST', '/v1/workers/W/take', take)
    // It comes back to the one who waits for it.
    await ask('POST', '/v1/workers/W/take', { ...take, leaseMs: 30_000 })
    const now = await scraped(hub.port, hub.token)
    for (const [state, count] of Object.entries({ queued: 2, taken: 1, leased: 2, returned: 1 })) {
      const series = `quorate_hub_commands_total{state="${state}"}`
      expect(told(now, series), series).to.equal(count)
    }
    expect(now.get('quorate_hub_accept_seconds')?.samples.get('quorate_hub_accept_seconds_count')).to.equal(2)
  })

  it('have no more series than so many, however many workers and commands there are', async () => {
    const hub = await hubs.start({ open: true })
    const more = hubLimits.scrapedWorkers + 20
    const send = (method: string, path: string, body: object) =>
      fetch(`http://127.0.0.1:${hub.port}${path}`, {
        method,
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      })
    for (let n = 0; n < more; n++) await send('PUT', `/v1/workers/w${n}`, {})
    await send('POST', '/v1/commands', { method: 'm' })
    await send('POST', '/v1/commands', { method: 'm', to: ['elsewhere'] })
    const depth = (await scraped(hub.port)).get('quorate_hub_queue_depth')?.samples
    expect(depth?.size).to.equal(hubLimits.scrapedWorkers + 1)
    expect(depth?.get('quorate_hub_queue_depth{worker=""}')).to.equal(21)
    expect([...(depth?.values() ?? [])].reduce((sum, each) => sum + each, 0)).to.equal(more + 1)
  })

  it('are for who has the token, and for no page of another origin', async () => {
    const hub = await hubs.start()
    const statusOf = async (headers: Record<string, string>) =>
      (await fetch(`http://127.0.0.1:${hub.port}/metrics`, { headers })).status
    const authorization = `Bearer ${hub.token}`
    expect(await statusOf({})).to.equal(401)
    expect(await statusOf({ authorization: 'Bearer wrong' })).to.equal(401)
    expect(await statusOf({ authorization, origin: 'http://elsewhere.example' })).to.equal(403)
    expect(await statusOf({ authorization })).to.equal(200)
  })
})
