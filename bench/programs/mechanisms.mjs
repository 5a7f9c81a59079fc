// How the sockets of processes speak, asked from outside: each TCP port that a process listens on, as the
// kernel tells, is dialled, and says in its greeting of ZMTP whether it is locked (CURVE) or in clear (NULL).
// Whoever would speak otherwise is not served there, so that says it of all that goes in and out. Linux only.

import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { connect } from 'node:net'
import { tell } from './channel.mjs'
import { options } from './task.mjs'

const LISTENS = '0A'
const ANSWER_MS = 5000
/** How often a process is asked at most, and milliseconds between. */
const TIMES = 10
const BETWEEN_MS = 300
/**
 * A greeting is signature (10), version (2), mechanism (20), as-server (1), filler (31). Ours ends after the
 * version, 3.0: with that the other end says all of its own, and with a mechanism it might hang up first.
 */
const BEGUN = Buffer.from([0xff, 0, 0, 0, 0, 0, 0, 0, 1, 0x7f, 3, 0])
const MECHANISMS = ['NULL', 'PLAIN', 'CURVE']
const MECHANISM = { from: 12, to: 32 }

const told = []
for (const pid of options.pids) told.push({ pid, mechanisms: await mechanismsOf(pid) })
tell({ type: 'mechanisms', told })

/** What each socket of a process says. Asked again where one says nothing: a door may show its guests out. */
async function mechanismsOf(pid) {
  for (let time = 1; ; time++) {
    const all = await Promise.all(portsOf(pid).map(greeted))
    if (all.every((each) => MECHANISMS.includes(each)) || time === TIMES) return all
    await new Promise((done) => setTimeout(done, BETWEEN_MS))
  }
}

/** The addresses that a process listens on: `{ host, port }` each. */
function portsOf(pid) {
  const inodes = new Set(readdirSync(`/proc/${pid}/fd`).flatMap((fd) => socketOf(pid, fd)))
  const rows = readFileSync(`/proc/${pid}/net/tcp`, 'utf8').trim().split('\n').slice(1)
  return rows.flatMap((row) => {
    const [, local, , state, , , , , , inode] = row.trim().split(/\s+/)
    if (state !== LISTENS || !inodes.has(inode)) return []
    const [address, port] = local.split(':')
    const host = [...Buffer.from(address, 'hex')].reverse().join('.')
    return [{ host, port: Number.parseInt(port, 16) }]
  })
}

function socketOf(pid, fd) {
  try {
    return /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`))?.[1] ?? []
  } catch {
    // Closed meanwhile.
    return []
  }
}

/** What a socket says of itself when it is greeted, or why it says nothing. */
function greeted({ host, port }) {
  return new Promise((resolve) => {
    const socket = connect(port, host, () => socket.write(BEGUN))
    let heard = Buffer.alloc(0)
    const done = (what) => {
      socket.destroy()
      resolve(what)
    }
    socket.setTimeout(ANSWER_MS, () => done('silence'))
    socket.on('error', ({ code }) => done(code))
    socket.on('close', () => done('no greeting'))
    socket.on('data', (bytes) => {
      heard = Buffer.concat([heard, bytes])
      if (heard.length < MECHANISM.to) return
      done(heard.toString('latin1', MECHANISM.from, MECHANISM.to).replace(/\0+$/, ''))
    })
  })
}
