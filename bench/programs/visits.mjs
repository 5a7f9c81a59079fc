// A host that stays, and visitors that come, talk and go, all in one process, so that what one of them
// leaves behind shows: heap, descriptors, listeners, timers and handles.

import { readdirSync } from 'node:fs'
import { text } from 'node:stream/consumers'
import v8 from 'node:v8'
import { runInNewContext } from 'node:vm'
import { actor, app, Component, message, number, startActor } from 'quorate'
import { z } from 'zod'
import { tell } from './channel.mjs'
import { readingOf, readingSchema } from './reading.mjs'
import { options } from './task.mjs'

const { warmRounds, halfRounds, rounds, visitors, messages, burst, restMs, insecure } = options
const Reading = message('Reading', readingSchema)
const Question = message('Question', z.object({ n: z.int() }))
const Answer = message('Answer', z.object({ n: z.int() }))
const heard = { count: 0, sum: 0, told: 0 }

class Host extends Component {
  readings = this.sub(Reading, ({ seq }) => {
    heard.count++
    heard.sum += seq
  })
  news = this.pub(Question, { keep: 1 })
  answers = this.ans(Question, Answer, (question, reply) => reply(question))
}

class Visitor extends Component {
  readings = this.pub(Reading)
  news = this.sub(Question, () => heard.told++)
  questions = this.qry(Question, Answer)

  onActivate() {
    made.set(this.params.visit, this)
  }
}

/** Visitors that have come, by the number of their visit. */
const made = new Map()
const visiting = app('bench-visits', {
  actors: {
    Host: actor({ components: () => ({ host: Host }) }),
    Visitor: actor({ params: { visit: number() }, components: (p) => ({ visitor: [Visitor, p] }) }),
  },
})
const quiet = { insecure, logLevel: 'silent', sink: { write: () => {} } }

v8.setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc')
const host = await startActor(visiting, 'Host', { ...quiet, discovery: 'static:' })
let visits = 0
// Looking at the heap takes several times its memory, of which the system gets back what it pleases: what is
// resident is compared before any look.
await visited(warmRounds)
const warmRss = await rss()
await visited(halfRounds)
const resident = { before: warmRss, after: await rss() }
const before = await sample()
await visited(rounds)
const after = await sample()
tell({ type: 'done', visits, heard, sent: visits * messages, resident, before, after })

/** Resolves when there were so many visits in all, and the process has forgotten the visitors. */
async function visited(total) {
  while (visits < total) {
    await Promise.all(Array.from({ length: visitors }, (_, i) => once(visits + i)))
    visits += visitors
  }
  await new Promise((resolve) => setTimeout(resolve, restMs))
}

/** A visitor comes, sends all it has, asks once, and goes. */
async function once(visit) {
  const options = { ...quiet, params: { visit }, discovery: `static:${host.directory}` }
  const running = await startActor(visiting, 'Visitor', options)
  const { readings, news, questions } = made.get(visit)
  made.delete(visit)
  await Promise.all([readings.ready(), news.ready(), questions.ready()])
  for (let seq = 0; seq < messages; seq += burst) {
    for (let i = 0; i < burst; i++) readings.send(readingOf(seq + i))
    await new Promise((resolve) => setImmediate(resolve))
    while (readings.stats.sent - seq < burst) await new Promise((resolve) => setImmediate(resolve))
  }
  await questions.ask({ n: visit })
  await running.stop()
}

/** Resolves when garbage is gone. */
async function tidied() {
  // What was closed a moment ago is let go of by ZeroMQ's threads and by finalizers.
  for (let i = 0; i < 5; i++) {
    await new Promise((resolve) => setTimeout(resolve, 100))
    collect()
  }
}

async function rss() {
  await tidied()
  return process.memoryUsage.rss()
}

/** What the process holds when garbage is gone. */
async function sample() {
  await tidied()
  const bytes = await heap()
  collect()
  const { external, arrayBuffers } = process.memoryUsage()
  const listeners = process.eventNames().reduce((sum, name) => sum + process.listenerCount(name), 0)
  const handles = process.getActiveResourcesInfo().length
  const descriptors = readdirSync('/proc/self/fd').length
  return { ...bytes, external, arrayBuffers, listeners, handles, descriptors }
}

/**
 * Bytes of what is on the heap: objects, and compiled code by itself. V8 compiles anew for as long as it
 * finds something to improve; so that grows for a while, whatever the program does.
 */
async function heap() {
  const { snapshot, nodes } = JSON.parse(await text(v8.getHeapSnapshot()))
  const { node_fields: fields, node_types: types } = snapshot.meta
  const [type, size] = ['type', 'self_size'].map((field) => fields.indexOf(field))
  const code = types[type].indexOf('code')
  let [objectBytes, codeBytes] = [0, 0]
  for (let at = 0; at < nodes.length; at += fields.length) {
    if (nodes[at + type] === code) codeBytes += nodes[at + size]
    else objectBytes += nodes[at + size]
  }
  return { objectBytes, codeBytes }
}
