/**
 * The clauses of what users of RIAPS know of `inside` ports, each by a test: an actor in a process of its
 * own, with its devices in threads.
 */
import { expect } from 'chai'
import { type ActorProcess, ActorProcesses } from '../../support/actor-process.js'
import { uniqueApp } from '../../support/apps.js'

const APP = 'test/fixtures/apps/devices.ts'

describe('inside: between a component and its own threads or devices', function () {
  this.timeout(30_000)
  const processes = new ActorProcesses()
  afterEach(() => processes.end())

  async function start(): Promise<ActorProcess> {
    process.env.TEST_APP = uniqueApp()
    try {
      const started = await processes.start(APP, ['Devices', '--discovery', 'static:'])
      await started.log.named('ready')
      return started
    } finally {
      delete process.env.TEST_APP
    }
  }

  it('inner thread calls setupPlug once: a component hands a plug to a thread, which opens it', async () => {
    const { log } = await start()
    await log.saying('one has opened its plug')
    await log.saying('two has opened its plug')
    await log.saying('2 plugs are connected')
  })

  it('an inner thread opens its plug once only, as a second time is refused', async () => {
    const { log } = await start()
    await log.saying('one may not open it again: bad-option')
  })

  it('the inner thread sends to the component: triggers the handler of the port', async () => {
    const { log } = await start()
    await log.saying('one measured 1')
    await log.saying('one measured 2')
  })

  it('the component answers to identity: the last sender, by the plug of its message', async () => {
    const { log } = await start()
    await log.saying('one was answered 1')
    await log.saying('two was answered 1')
  })

  it('the component answers to any plug (set_identity(get_plug_identity(plug))), at any time', async () => {
    const { log } = await start()
    await log.saying('one was answered 1000')
    await log.saying('two was answered 2000')
  })

  it('a plug whose thread has ended is unreachable, and the others work on', async () => {
    const { log } = await start()
    await log.saying('the plug of three has ended: unreachable')
    await log.saying('one measured 9')
  })

  it('activate, deactivate and terminate are forwarded to inner threads that listen', async () => {
    const { log, pid, launcher } = await start()
    await log.saying('one heard activate')
    const ended = new Promise((resolve) => launcher.once('close', resolve))
    process.kill(pid, 'SIGTERM')
    await log.saying('one heard deactivate')
    await log.saying('one heard close')
    expect(await ended).to.equal(0)
  })

  it('inner threads, even such as never end by themselves, keep no actor alive that stops', async () => {
    const { log, pid, launcher } = await start()
    await log.saying('two is busy for ever')
    const ended = new Promise((resolve) => launcher.once('close', resolve))
    process.kill(pid, 'SIGTERM')
    await log.named('stopped')
    expect(await ended).to.equal(0)
  })

  it('an inside port has scope internal, host empty, port -1', async () => {
    const { log } = await start()
    await log.saying('info ins internal "" -1')
  })

  it('a device in the same thread, as a serial port or a child process, pushes its messages', async () => {
    const { log } = await start()
    await log.saying('child measured 42')
  })
})
