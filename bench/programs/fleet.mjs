// Plays a fleet to a hub over its socket, as agents and actors do: nodes, actors on them with ports connected
// with their neighbours, groups of ten that change their leaders, and what each actor counts every second.

import { now, tell } from './channel.mjs'
import { HubSocket } from './hub-socket.mjs'
import { options } from './task.mjs'

const NODES = 8
const GROUP = 10
const COUNT_MS = 1000
const CHANGE_MS = 250
const { actors, port, token } = options
const APP = 'played'

const idOf = (at) => at.toString(16).padStart(16, '0')
const workerOf = (at) => `${APP}.Cell.c${at}@host${at % NODES}`
const memberOf = (at) => ({ id: `${idOf(at)}0000000000000001`, actor: 'Cell', component: 'cell' })
const neighbour = (at, by) => (at + by + actors) % actors

const groups = Array.from({ length: Math.ceil(actors / GROUP) }, (_, at) => ({
  name: `Ring.g${at}`,
  term: 1,
}))
const membersOf = (group) => {
  return Array.from({ length: GROUP }, (_, at) => group * GROUP + at).filter((at) => at < actors)
}

function who(at) {
  const place = { host: `host${at % NODES}`, pid: 1000 + at, started: Date.now() }
  return { app: APP, version: '1.0.0', actor: 'Cell', id: idOf(at), ...place }
}

function ports(at) {
  const of = (name, kind, message, peers) => {
    const place = { component: 'cell', scope: 'global', host: '127.0.0.1', port: 5000 + at }
    return { ...place, name, kind, message, connected: peers.length, peers: peers.map(idOf) }
  }
  return [
    of('out', 'pub', 'Level', [neighbour(at, 1), neighbour(at, 7)]),
    of('in', 'sub', 'Level', [neighbour(at, -1), neighbour(at, -7)]),
    of('asks', 'qry', 'Question', [neighbour(at, 3)]),
    of('answers', 'ans', 'Question', [neighbour(at, -3)]),
  ]
}

function place(at) {
  const number = Math.floor(at / GROUP)
  const { name, term } = groups[number]
  const members = membersOf(number)
  const leader = members[term % members.length]
  const { id, component } = memberOf(at)
  return {
    ...{ name, component, id, role: at === leader ? 'leader' : 'member', leader: memberOf(leader) },
    ...{ epoch: 1, term, quorum: Math.floor(members.length / 2) + 1, seat: null },
    ...{ members: members.map(memberOf), observers: [] },
  }
}

function counters(at, seconds) {
  const sent = Math.round(seconds * (100 + (at % 50)))
  const counts = { sent, received: sent, dropped: 0 }
  return {
    ...{ at: Date.now(), ports: { 'cell.out': counts, 'cell.in': counts }, groups: {}, properties: {} },
    ...{ lagMs: at % 7, busy: 0.1, heapBytes: 20e6, memoryBytes: 80e6 + at * 1e5 },
  }
}

function nodeActor(at) {
  return {
    ...{ id: `c${at}`, worker: workerOf(at), app: APP, actor: 'Cell', params: {}, restart: 'never' },
    ...{ state: 'active', why: '', since: Date.now(), due: null, starts: 1, failures: 0, pid: 1000 + at },
    ...{ cpuMs: 1, memoryBytes: 80e6, limits: {}, log: { begins: 0, ends: 0 }, last: null },
  }
}

const all = Array.from({ length: actors }, (_, at) => at)
const sockets = await Promise.all(Array.from({ length: NODES }, () => HubSocket.open(port, token)))
const told = (at, body) => sockets[at % NODES].ask({ do: 'picture', of: workerOf(at), body })

await Promise.all(
  sockets.map((socket, node) => {
    const nodeWho = { host: `host${node}`, version: '1.0.0', pid: 1, started: Date.now(), labels: {} }
    const own = all.filter((at) => at % NODES === node).map(nodeActor)
    const body = { who: nodeWho, ids: own.map(({ id }) => id), apps: [], actors: own }
    return socket.ask({ do: 'node', of: `node-${node}`, body })
  }),
)
const commands = { commands: [], properties: [], polls: [] }
await Promise.all(
  all.map((at) => {
    const parts = { who: who(at), ports: ports(at), groups: [place(at)], counters: counters(at, 0) }
    return told(at, { ...parts, ...commands })
  }),
)

const began = now()
// Spread over the second, as clocks of actors are.
for (const at of all) {
  setTimeout(
    () => {
      setInterval(() => void told(at, { counters: counters(at, (now() - began) / 1000) }), COUNT_MS)
    },
    (COUNT_MS * at) / actors,
  )
}
let turn = 0
setInterval(() => {
  const number = turn++ % groups.length
  groups[number].term++
  for (const at of membersOf(number)) void told(at, { groups: [place(at)] })
}, CHANGE_MS)
tell({ type: 'ready' })
