// Users and workers of a hub: each user has one command under way, each worker carries out what it is given.
// `users` and `workers` say how they ask: `http`, over connections that are kept, or `socket`.

import { tell } from './channel.mjs'
import { HttpClient } from './http-client.mjs'
import { HubSocket } from './hub-socket.mjs'
import { options } from './task.mjs'

const { port, users, workers, userCount, workerCount, warmMs, runMs } = options
const names = Array.from({ length: workerCount }, (_, at) => `W${at}`)
const ms = []
let posted = 0
let done = 0
let isOver = false

const working = await Promise.all(names.map(workers === 'socket' ? pushed : polling))
const fromMs = performance.now() + warmMs
const untilMs = fromMs + runMs
const cpu = process.cpuUsage()
await Promise.all(Array.from({ length: userCount }, users === 'socket' ? userBySocket : userByHttp))
const { user, system } = process.cpuUsage(cpu)
const rate = ms.length / (runMs / 1000)
while (done < posted) await new Promise((next) => setTimeout(next, 5))
const cpuPercent = (user + system) / 10 / (warmMs + runMs)
isOver = true
tell({ type: 'done', rate, ms, posted, cpuPercent, drainedMs: performance.now() - untilMs })
for (const each of working) each.end()

function commandFor(number) {
  return { id: `c${number}`, to: [names[number % names.length]], object: 'PUMP', method: 'fill', args: [3] }
}

async function use(post) {
  for (;;) {
    const startedMs = performance.now()
    if (startedMs >= untilMs) return
    await post(commandFor(posted++))
    const endedMs = performance.now()
    if (startedMs >= fromMs && endedMs < untilMs) ms.push(endedMs - startedMs)
  }
}

async function userByHttp() {
  const client = new HttpClient(port)
  await use((command) => client.ask('POST', '/v1/commands', command))
  client.end()
}

async function userBySocket() {
  const socket = await HubSocket.open(port)
  await use((command) => socket.ask({ do: 'post', body: command }))
  socket.end()
}

function answerOf(name, { token }) {
  return { id: 'r', worker: name, token, data: 3 }
}

async function pushed(name) {
  const socket = await HubSocket.open(port)
  const work = async () => {
    while (!isOver) {
      const { commands } = await socket.ask({ do: 'take', of: name, body: { most: 20, waitMs: 60_000 } })
      for (const command of commands) {
        const body = answerOf(name, command)
        void socket.ask({ do: 'reply', of: command.id, body }).then(() => done++)
      }
    }
  }
  void work()
  return socket
}

async function polling(name) {
  const client = new HttpClient(port)
  const work = async () => {
    while (!isOver) {
      const { commands } = await client.ask('POST', `/v1/workers/${name}/take`, { most: 20, waitMs: 60_000 })
      for (const command of commands) {
        await client.ask('POST', `/v1/commands/${command.id}/replies`, answerOf(name, command))
        done++
      }
    }
  }
  void work()
  return client
}
