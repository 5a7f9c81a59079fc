/**
 * A process that floods addresses: `flooder.ts <kind> <at once> <a second> <idle, nice or none> <server
 * key> <port>…`. It floods from the word `resume` to the word `pause`, and says when it has made as many
 * as the number after `resume`; or from `go` until the number after it has been made. Then, or at the
 * word `stop`, when the last connection has ended, it says how many it made, and how many the other side
 * ended.
 */
import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { connect, type Socket } from 'node:net'
import { constants, setPriority } from 'node:os'
import { Context, Dealer } from 'zeromq'
import { newCurveKeys } from '../../../ports/security/index.js'

const [kind = '', atOnce = '', perSecond = '', yields = '', serverKey = '', ...ports] = process.argv.slice(2)
const TICK_MS = 10
const SLOW_MS = 1000
const ENDS = [
  'handshake:error:auth',
  'handshake:error:protocol',
  'handshake:error:other',
  'disconnect',
] as const
/** Of ZMTP 3.1: signature, version, mechanism, no server, filler. */
const GREETING = Buffer.concat([
  Buffer.from('ff00000000000000017f0301', 'hex'),
  Buffer.from('CURVE'.padEnd(20, '\0')),
  Buffer.alloc(32),
])
/** A HELLO of CURVE as to its form: 200 bytes, with a box that no key opens. */
const hello = (): Buffer =>
  Buffer.concat([Buffer.from('04c80548454c4c4f0100', 'hex'), Buffer.alloc(72), randomBytes(120)])

/** What a stranger does with a connection; ends it, or waits until the other side does. */
const conduct: Readonly<Record<string, (socket: Socket) => void>> = {
  garbage: (socket) => socket.write(randomBytes(100)),
  handshake: (socket) => {
    socket.write(GREETING)
    socket.once('data', () => socket.write(hello()))
  },
  silent: () => undefined,
  slow: (socket) => {
    let at = 0
    const timer = setInterval(() => socket.write(GREETING.subarray(at, ++at)), SLOW_MS)
    socket.on('close', () => clearInterval(timer))
  },
}

const context = new Context()
let made = 0
let ended = 0
let open = 0
let left = 0
let due = 0
/** Told when so many have been made. */
let announced = Number.POSITIVE_INFINITY
/** Told when the last connection has ended. */
let isEnding = false

function begin(): void {
  const port = Number(ports[made % ports.length])
  made++
  open++
  left--
  if (made === announced) process.send?.('made')
  if (kind === 'key') knock(port)
  else dial(port)
}

function over(): void {
  open--
  ended++
  if (isEnding && left <= 0 && open === 0) process.send?.(JSON.stringify({ made, ended }))
}

function dial(port: number): void {
  const socket = connect(port, '127.0.0.1', () => conduct[kind]?.(socket))
  socket.on('error', () => undefined)
  socket.on('close', over)
  socket.resume()
}

/** A whole handshake, with a key that nobody has vouched for. */
function knock(port: number): void {
  const { publicKey: curvePublicKey, secretKey: curveSecretKey } = newCurveKeys()
  const keys = { curveServerKey: serverKey, curvePublicKey, curveSecretKey }
  const dealer = new Dealer({ context, linger: 0, ...keys })
  const end = (): void => {
    if (dealer.closed) return
    dealer.close()
    over()
  }
  for (const event of ENDS) dealer.events.on(event, end)
  dealer.connect(`tcp://127.0.0.1:${port}`)
}

setInterval(() => {
  due = Math.min(due + (Number(perSecond) * TICK_MS) / 1000, Number(perSecond))
  for (; due >= 1 && left > 0 && open < Number(atOnce); due--) begin()
}, TICK_MS)

process.once('disconnect', () => process.exit())
process.on('message', (word) => {
  const [verb = '', number = ''] = String(word).split(' ')
  isEnding = verb !== 'pause' && verb !== 'resume'
  if (verb === 'resume') announced = made + Number(number)
  if (verb === 'go' || verb === 'resume') {
    left = verb === 'go' ? Number(number) : Number.POSITIVE_INFINITY
  } else {
    left = 0
    if (verb === 'stop' && open === 0) process.send?.(JSON.stringify({ made, ended }))
  }
})
// Strangers are other hosts, whose work takes no processor of the server's: here, none that somebody wants.
if (yields === 'idle') execFileSync('chrt', ['--all-tasks', '--idle', '--pid', '0', String(process.pid)])
if (yields === 'nice') setPriority(constants.priority.PRIORITY_LOW)
process.send?.('ready')
