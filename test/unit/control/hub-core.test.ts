/** What a hub knows, with a journal in memory: whatever is done, a hub that begins anew knows the same. */
import { expect } from 'chai'
import fc from 'fast-check'
import { isObject, type JsonObject, objectOf, type Verbatim } from '../../../control/fastapi/json.js'
import { valueIn } from '../../../control/fastapi/json-reader.js'
import { HubCore } from '../../../control/hub/core.js'
import type { Journal, RecordKey } from '../../../control/hub/journal.js'
import { hubLimits } from '../../../control/hub/limits.js'
import { type Command, commandBody, commandOf, replyOf } from '../../../control/hub/models.js'

class MemoryJournal implements Journal {
  readonly #records = new Map<string, readonly [RecordKey, JsonObject]>()

  records(): Iterable<readonly [RecordKey, JsonObject]> {
    return this.#records.values()
  }

  put(key: RecordKey, record: Verbatim): void {
    const value = valueIn(record)
    if (isObject(value)) this.#records.set(JSON.stringify(key), [key, value])
  }

  remove(key: RecordKey): void {
    this.#records.delete(JSON.stringify(key))
  }
}

const events = { queued: () => undefined, answered: () => undefined }

function command(id: string, more: Record<string, boolean | number | null | string> = {}): Command {
  const whole = { priority: false, rank: null, object_id: '', method: 'x', args: [], kwargs: new Map() }
  return commandOf(objectOf({ request_id: id, address: new Map(), ...whole, ...more }))
}

function reply(id: string, commandId: string, worker: string) {
  const address = objectOf({ sender: [worker], target: [] })
  return replyOf(objectOf({ reply_id: id, request_id: commandId, address, status: 'completed', data: 1 }))
}

/** All that others can see of it. */
function viewOf(core: HubCore): object {
  const queues = [...core.queues].map(([target, queue]) => [
    target,
    [...queue.all()].map(({ command: each }) => commandBody(each).text).sort(),
    queue.next()?.command.id,
  ])
  const entries = ['a', 'b', 'c', 'd'].map((id) =>
    [...(core.entriesOf(id) ?? [])].map(([target, { state, attempts }]) => [target, state, attempts]).sort(),
  )
  const replies = [...core.replies.all()].map((id) => [id, core.replies.of(id).map((each) => each.id)])
  return { queues: queues.sort(), entries, replies, workers: [...core.workers.keys()].sort() }
}

const ids = fc.constantFrom('a', 'b', 'c', 'd')
const targets = fc.constantFrom('W', 'X')
interface Step {
  readonly do: string
  readonly id: string
  readonly target: string
  readonly rank?: number | null
  readonly at?: boolean
  readonly ms?: number
}

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    do: fc.constant('post'),
    id: ids,
    target: targets,
    rank: fc.option(fc.nat(3)),
    at: fc.boolean(),
  }),
  fc.record({
    do: fc.constant('replace'),
    id: ids,
    target: targets,
    rank: fc.constant(null),
    at: fc.boolean(),
  }),
  fc.record({
    do: fc.constantFrom('pop', 'take', 'lose', 'answer', 'clear', 'cancel', 'forget'),
    id: ids,
    target: targets,
  }),
  fc.record({ do: fc.constantFrom('register', 'unregister'), id: ids, target: targets }),
  fc.record({ do: fc.constant('time'), id: ids, target: targets, ms: fc.nat(40_000) }),
)

/** Refusals are answers, too. */
function perform(core: HubCore, now: number, taken: Map<string, string>, each: Step): void {
  const { do: what, id, target, rank = null, at = false } = each
  const options = { most: 1, leaseMs: 10_000, token: () => `t${now}` }
  try {
    if (what === 'post') core.post(command(id, { rank }), [target], now, at ? { timeoutMs: 20_000 } : {})
    if (what === 'replace') core.post(command(id, { method: 'y' }), [target], now, { isReplacing: true })
    if (what === 'pop') core.pop(target, now)
    if (what === 'take') {
      for (const entry of core.take(target, now, options)) taken.set(entry.command.id + target, entry.token)
    }
    if (what === 'lose') core.giveBack(core.take(target, now, options))
    if (what === 'answer')
      core.answer(reply(`r${id}`, id, target), now, { token: taken.get(id + target) ?? '' })
    if (what === 'clear') core.clear(target, now)
    if (what === 'cancel') core.cancel(id, now)
    if (what === 'forget') core.forgetReplies(id)
    if (what === 'register') core.register(target, now)
    if (what === 'unregister') core.unregister(target)
    if (what === 'time') core.expire(now)
  } catch (error) {
    expect(error).to.have.property('code').that.matches(/^hub-/)
  }
}

describe('what a hub knows', () => {
  it('is what a hub that begins anew knows, whatever was done', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const journal = new MemoryJournal()
        const core = new HubCore(journal, events)
        const taken = new Map<string, string>()
        let now = 1000
        for (const each of steps) {
          now += each.ms ?? 0
          perform(core, now, taken, each)
          const again = new HubCore(journal, events)
          again.restore(now)
          expect(viewOf(again)).to.deep.equal(viewOf(core))
        }
      }),
      { numRuns: 1000 },
    )
  })

  it('hands a command out again when its lease is over, so often, and then says that it failed', () => {
    const core = new HubCore(new MemoryJournal(), events)
    core.post(command('a'), ['W'], 0)
    const options = { most: 5, leaseMs: 100, token: () => 'token' }
    for (let attempt = 1; attempt <= hubLimits.attempts; attempt++) {
      expect(core.take('W', attempt * 1000, options).map(({ attempts }) => attempts)).to.deep.equal([attempt])
      expect(core.take('W', attempt * 1000, options)).to.deep.equal([])
      core.expire(attempt * 1000 + 99)
      expect(core.entriesOf('a')?.get('W')?.state).to.equal('leased')
      core.expire(attempt * 1000 + 100)
    }
    expect(core.entriesOf('a')?.get('W')?.state).to.equal('failed')
    expect(core.replies.last('a')?.status).to.equal('error')
  })

  it('gives a command that its taker never got to the next, as if it had not been handed out', () => {
    const core = new HubCore(new MemoryJournal(), events)
    for (const id of ['a', 'b']) core.post(command(id), ['W'], 0)
    const options = { most: 1, leaseMs: 100, token: () => 'token' }
    core.giveBack(core.take('W', 1, options))
    const taken = core.take('W', 2, { ...options, most: 5 })
    expect(taken.map(({ command: { id }, attempts }) => [id, attempts])).to.deep.equal([
      ['a', 1],
      ['b', 1],
    ])
  })

  it('has a command wait once for a target that is named twice', () => {
    const core = new HubCore(new MemoryJournal(), events)
    core.post(command('a'), ['W', 'X', 'W'], 0)
    expect(core.history({ before: 9, most: 9 }).map(({ target }) => target)).to.deep.equal(['X', 'W'])
    expect(core.queues.get('W')?.size).to.equal(1)
  })

  it('takes an answer by the token of the lease that holds, once, and again the same', () => {
    const core = new HubCore(new MemoryJournal(), events)
    core.post(command('a'), ['W'], 0)
    let made = 0
    const options = { most: 1, leaseMs: 100, token: () => `t${++made}` }
    core.take('W', 0, options)
    core.expire(200)
    core.take('W', 200, options)
    expect(() => core.answer(reply('r', 'a', 'W'), 210, { token: 't1' }))
      .to.throw()
      .with.property('code', 'hub-lease-lost')
    expect(core.replies.of('a')).to.deep.equal([])
    core.answer(reply('r', 'a', 'W'), 210, { token: 't2' })
    core.answer(reply('r', 'a', 'W'), 220, { token: 't2' })
    expect(core.replies.of('a')).to.have.length(1)
    expect(core.entriesOf('a')?.get('W')?.state).to.equal('done')
  })

  it('refuses what is too much, for all of its targets', () => {
    const core = new HubCore(new MemoryJournal(), events)
    for (let at = 0; at < hubLimits.queuedCommands; at++) core.post(command(`c${at}`), ['W'], 0)
    expect(() => core.post(command('a'), ['X', 'W'], 0))
      .to.throw()
      .with.property('code', 'hub-full')
    expect(core.entriesOf('a')).to.equal(undefined)
    expect(() => core.post(command('c1', { method: 'other' }), ['W'], 0)).to.throw()
  })
})
