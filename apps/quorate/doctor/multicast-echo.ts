/**
 * Can UDP port 5353 be opened beside other mDNS programs, and does a packet that is sent to the mDNS group on
 * the chosen interface leave, and come back to this host? It is what discovery does, in its smallest form.
 */
import { createSocket, type Socket } from 'node:dgram'
import { readFileSync } from 'node:fs'
import { chooseInterface, type InterfaceChoice } from '../../../discovery/index.js'
import { lineOf } from '../failure.js'
import { type Finding, fail, ok, type Probe, warn } from './finding.js'
import { multicastQuestion } from './multicast-question.js'

const GROUP = '224.0.0.251'
const PORT = 5353
/** Sent so often, at these intervals: one may get lost. */
const TRIES = 4
const INTERVAL_MS = 250

export const multicastEcho: Probe = {
  name: 'multicast',
  async run({ interface: wanted, discovery }) {
    if (discovery !== 'mdns') return [ok('not needed with a list of directories')]
    const choice = chooseInterface(wanted)
    const socket = createSocket({ type: 'udp4', reuseAddr: true })
    try {
      const trouble = await open(socket, choice)
      if (trouble) return [trouble]
      const findings = [ok(`UDP port ${PORT} is open beside other mDNS programs, in group ${GROUP}`)]
      return [...findings, await echo(socket, choice), ...flagsOf(choice)]
    } finally {
      socket.close()
    }
  },
}

async function open(socket: Socket, { name, address }: InterfaceChoice): Promise<Finding | undefined> {
  try {
    await new Promise<void>((resolve, reject) => {
      socket.once('error', reject)
      socket.bind({ port: PORT, address: '0.0.0.0', exclusive: true }, resolve)
    })
    socket.on('error', () => undefined)
  } catch (error) {
    const advice = `end the program that holds UDP port ${PORT} for itself, or let it share the port`
    return fail(`UDP port ${PORT} cannot be opened: ${lineOf(error)}`, advice)
  }
  try {
    socket.addMembership(GROUP, address)
    socket.setMulticastInterface(address)
    socket.setMulticastTTL(255)
    socket.setMulticastLoopback(true)
    return undefined
  } catch (error) {
    const advice = 'choose another --interface, or use --discovery static:host:port,…'
    return fail(`${name} (${address}) cannot do multicast: ${lineOf(error)}`, advice)
  }
}

async function echo(socket: Socket, { name, address }: InterfaceChoice): Promise<Finding> {
  const question = multicastQuestion()
  const startedAt = performance.now()
  let unsent = ''
  const send = (): void => {
    socket.send(question, PORT, GROUP, (error) => {
      if (error) unsent = lineOf(error)
    })
  }
  const back = new Promise<number | undefined>((resolve) => {
    socket.on('message', (message) => {
      if (message.equals(question)) resolve(performance.now() - startedAt)
    })
    setTimeout(() => resolve(undefined), TRIES * INTERVAL_MS)
  })
  send()
  const again = setInterval(send, INTERVAL_MS)
  const ms = await back
  clearInterval(again)
  const where = `${name} (${address})`
  if (ms !== undefined) return ok(`a multicast packet left on ${where} and came back in ${ms.toFixed(1)} ms`)
  const or = 'or list directories instead: --discovery static:host:port,…'
  if (unsent) {
    const advice = `let the firewall send UDP ${PORT} to ${GROUP} on ${name}, ${or}`
    return fail(`multicast cannot be sent on ${where}: ${unsent}`, advice)
  }
  const advice = `let the firewall accept UDP ${PORT} in and out on ${name}, ${or}`
  return fail(`a multicast packet sent on ${where} did not come back: something blocks UDP ${PORT}`, advice)
}

/** IFF_MULTICAST of Linux. */
const MULTICAST = 0x1000

/** What the system says of the interface, where it says it. */
function flagsOf({ name, loopback }: InterfaceChoice): Finding[] {
  if (loopback || process.platform !== 'linux') return []
  try {
    const flags = Number(readFileSync(`/sys/class/net/${name}/flags`, 'utf8'))
    if ((flags & MULTICAST) !== 0) return []
    return [warn(`${name} is set up without multicast`, `ip link set ${name} multicast on`)]
  } catch {
    return []
  }
}
