/** Listening, connecting, and what goes wrong with both. */
import assert from 'node:assert/strict'
import { connect, type Socket } from 'node:net'
import type { Listening } from '../../communicator/index.js'
import { frameOf, SHORTEST } from './patterns.js'
import type { Rig } from './rig.js'

const SOME = 12

/** Whoever is accepted from now on sends back the first frame that comes. */
function echo(rig: Rig): void {
  rig.onAccepted = (pipe) => {
    pipe.received(1).then(
      ([frame]) => pipe.send(frame ?? Buffer.alloc(0)),
      () => undefined,
    )
  }
}

/** Whether who connects now is heard, and hears its own words. */
async function assertEcho(rig: Rig, url: string): Promise<void> {
  const active = await rig.connect(url)
  active.send(frameOf(0, 7, 100))
  const [answer] = await active.received(1)
  assert.ok(answer?.equals(frameOf(0, 7, 100)), 'the answer is another one')
}

/** Sockets that say nothing, where the URL has a port. */
async function silentSockets(rig: Rig, url: string): Promise<Socket[]> {
  const { host, port } = rig.paramsOf(url)
  if (port === '') return []
  const sockets = Array.from({ length: SOME }, () =>
    connect({ host: host || 'localhost', port: Number(port) }),
  )
  for (const socket of sockets) socket.on('error', () => undefined)
  await Promise.all(sockets.map((socket) => new Promise((resolve) => socket.once('connect', resolve))))
  return sockets
}

export const listenChecks = {
  async 'says what it serves'({ driver }: Rig): Promise<void> {
    const { schemes, secureSchemes, capabilities } = driver
    assert.ok(schemes.length > 0 && schemes.every((scheme) => scheme === scheme.toLowerCase()))
    assert.ok(secureSchemes.every((scheme) => schemes.includes(scheme)))
    assert.ok(capabilities.supportSsl || secureSchemes.length === 0)
  },

  async 'connects many, each to its own end'(rig: Rig): Promise<void> {
    const { url } = await rig.listen()
    echo(rig)
    const actives = await Promise.all(Array.from({ length: SOME }, () => rig.connect(url)))
    for (const [number, active] of actives.entries()) active.send(frameOf(0, number, 100))
    for (const [number, active] of actives.entries()) {
      const [answer] = await active.received(1)
      assert.ok(answer?.equals(frameOf(0, number, 100)), 'an answer came to another one')
      // One that ends does not matter to the others.
      active.pipe.destroy()
    }
  },

  async 'fails to connect where nobody listens'(rig: Rig): Promise<void> {
    const { url, close } = closable(await rig.listen())
    await close()
    await assert.rejects(rig.connect(url), Error)
  },

  async 'ends an attempt that is given up'(rig: Rig): Promise<void> {
    const { url } = await rig.listen()
    await assert.rejects(rig.connect(url, AbortSignal.abort(new Error('given up before'))))
    const controller = new AbortController()
    const attempt = rig.connect(url, controller.signal)
    controller.abort(new Error('given up'))
    await assert.rejects(attempt)
    echo(rig)
    await assertEcho(rig, url)
  },

  async 'refuses an address that is taken, and tells so'(rig: Rig): Promise<void> {
    const { url } = await rig.listen()
    await assert.rejects(rig.listen(url), Error)
    echo(rig)
    await assertEcho(rig, url)
  },

  async 'frees its address, and leaves its pipes to those who have them'(rig: Rig): Promise<void> {
    const { url, close } = closable(await rig.listen())
    const [active, passive] = await rig.pair(url)
    await close()
    active.send(frameOf(0, 0, 1000))
    await passive.received(1)
    passive.send(frameOf(0, 0, 1000))
    await active.received(1)
    await assert.rejects(rig.connect(url), Error)
    await rig.listen(url)
    echo(rig)
    await assertEcho(rig, url)
    active.send(frameOf(0, 1, SHORTEST))
    await passive.received(2)
  },

  async 'listens again at once, many times'(rig: Rig): Promise<void> {
    const first = closable(await rig.listen())
    await first.close()
    for (let round = 0; round < SOME; round++) {
      const { close } = closable(await rig.listen(first.url))
      const [active, passive] = await rig.pair(first.url)
      await close()
      active.pipe.destroy()
      await passive.ended()
    }
  },

  async 'lets nobody wait for those that are silent'(rig: Rig): Promise<void> {
    const { url } = await rig.listen()
    const sockets = await silentSockets(rig, url)
    try {
      echo(rig)
      await rig.connect(url)
      await assertEcho(rig, url)
    } finally {
      for (const socket of sockets) socket.destroy()
    }
  },
}

function closable(listening: Listening): Pick<Listening, 'url' | 'close'> {
  return { url: listening.url, close: () => listening.close() }
}
