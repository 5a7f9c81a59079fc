/** Does the native part of ZeroMQ load on this machine, and does a message come through over loopback? */
import { lineOf } from '../failure.js'
import { commandLimits } from '../limits.js'
import { fail, ok, type Probe } from './finding.js'

export const zeromqWorks: Probe = {
  name: 'zeromq',
  async run() {
    let zeromq: typeof import('zeromq')
    try {
      zeromq = await import('zeromq')
    } catch (error) {
      const advice = `install quorate again on this very machine (${process.platform} ${process.arch})`
      return [fail(`the native part of ZeroMQ cannot be loaded: ${lineOf(error)}`, advice)]
    }
    const { Dealer, Router, version } = zeromq
    const router = new Router({ linger: 0, receiveTimeout: commandLimits.doctorReachMs })
    const dealer = new Dealer({ linger: 0, receiveTimeout: commandLimits.doctorReachMs })
    const startedAt = performance.now()
    try {
      await router.bind('tcp://127.0.0.1:*')
      dealer.connect(router.lastEndpoint ?? '')
      await dealer.send('hello')
      await router.send(await router.receive())
      await dealer.receive()
      const ms = (performance.now() - startedAt).toFixed(1)
      return [ok(`ZeroMQ ${version}, a round trip over loopback in ${ms} ms`)]
    } catch (error) {
      const advice =
        'let programs connect to 127.0.0.1: is loopback up (ip link set lo up), does a firewall block it?'
      return [fail(`no round trip over loopback: ${lineOf(error)}`, advice)]
    } finally {
      router.close()
      dealer.close()
    }
  },
}
