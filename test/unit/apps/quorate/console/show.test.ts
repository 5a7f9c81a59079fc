import { expect } from 'chai'
import { Arrivals } from '../../../../../apps/quorate/console/arrivals.js'
import {
  eventLine,
  kindName,
  topicName,
  valueLine,
  valueText,
} from '../../../../../apps/quorate/console/show.js'
import type { Screen } from '../../../../../apps/quorate/terminal.js'
import { type ApiMessage, ApiTopic } from '../../../../../control/index.js'
import { STEERING } from './played.js'

const plain: Screen = { colour: false, isTerminal: false, columns: Number.POSITIVE_INFINITY, rows: 1 }
/** Whatever becomes a text by itself throws. */
const TEXTLESS: unknown = JSON.parse('{"toString": 1, "valueOf": 1}')

function message(topic: number, value: unknown, text = JSON.stringify(value) ?? ''): ApiMessage {
  return { topic, value, bytes: Buffer.from(text) }
}

function shown(topic: number, value: unknown, text?: string): string | undefined {
  return eventLine(plain, message(topic, value, text))?.replace(/^\d\d:\d\d:\d\d /, '')
}

describe('what was published', () => {
  it('is shown with the names of topics and kinds, or their numbers', () => {
    expect(shown(ApiTopic.EVENT, { kind: 9011, context: { group: 'Cell' } })).to.equal(
      'leader-elected {"group":"Cell"}',
    )
    expect(shown(ApiTopic.EMERGENCY, { kind: 101, context: null })).to.equal('EMERGENCY emergency-stop')
    expect(shown(ApiTopic.EVENT, { kind: 9100 })).to.equal('9100')
    expect(shown(ApiTopic.PROPERTY_CHANGE, { newValue: 1 })).to.equal('PROPERTY_CHANGE {"newValue":1}')
    expect(shown(7, undefined, 'no JSON')).to.equal('7 "no JSON"')
    expect(shown(ApiTopic.HEARTBEAT, {})).to.equal(undefined)
    expect([topicName(4001), topicName(7)]).to.deep.equal(['EVENT', '7'])
  })

  it('is shown whatever it is', () => {
    for (const value of [
      undefined,
      null,
      7,
      'text',
      [],
      {},
      { kind: null },
      { kind: [] },
      { kind: TEXTLESS },
    ]) {
      expect(shown(ApiTopic.EVENT, value), JSON.stringify(value)).to.be.a('string')
    }
    expect([kindName('own'), kindName(TEXTLESS)]).to.deep.equal(['own', '{"toString":1,"valueOf":1}'])
  })

  it('steers no terminal', () => {
    const values = [
      { kind: STEERING, context: { [STEERING]: STEERING } },
      { kind: { a: STEERING } },
      STEERING,
    ]
    for (const value of values) {
      for (const topic of [ApiTopic.EVENT, ApiTopic.EMERGENCY, ApiTopic.PROPERTY_CHANGE]) {
        expect(shown(topic, value)).not.to.match(/[\p{Cc}\p{Cf}]/u)
      }
    }
    expect(shown(ApiTopic.EVENT, undefined, STEERING)).not.to.match(/[\p{Cc}\p{Cf}]/u)
  })
})

describe('a value', () => {
  it('is shown as it is where it is a text, else as JSON, on several lines where it is long', () => {
    expect([valueText('a b'), valueText({ a: 1 }), valueText(0), valueText(null)]).to.deep.equal([
      ...['a b', '{"a":1}', '0', ''],
    ])
    expect(valueText({ list: new Array(40).fill('xx') }).split('\n')).to.have.length(44)
    expect(valueLine({ list: new Array(40).fill('xx') })).to.have.length(100)
  })

  it('steers no terminal', () => {
    for (const value of [STEERING, [STEERING], new Array(30).fill(STEERING), { [STEERING]: [STEERING] }]) {
      expect(valueText(value).replaceAll('\n', '')).not.to.match(/[\p{Cc}\p{Cf}]/u)
      expect(valueLine(value)).not.to.match(/[\p{Cc}\p{Cf}]/u)
    }
    expect(valueText(STEERING)).not.to.contain('\n')
  })
})

describe('what is waited for', () => {
  it('comes by its name, its number, or its topic, in letters of either size', async () => {
    const arrivals = new Arrivals()
    const waits = ['leader-elected', 'LEADER-ELECTED', '9011', 'event', '4001'].map((kind) => {
      return arrivals.next(kind, 60_000)
    })
    arrivals.take(message(ApiTopic.EVENT, { kind: 9011 }))
    expect(await Promise.all(waits)).to.deep.equal([true, true, true, true, true])
  })

  it('does not come where another does, nor where what came is nonsense', async () => {
    const arrivals = new Arrivals()
    const wait = arrivals.next('leader-elected', 5)
    for (const value of [null, 7, { kind: TEXTLESS }, { kind: null }, { kind: 9012 }]) {
      arrivals.take(message(ApiTopic.EVENT, value))
    }
    expect(await wait).to.equal(false)
  })

  it('is waited for as long as a timer can, where more is asked', async () => {
    const arrivals = new Arrivals()
    const wait = arrivals.next('ready', Number.POSITIVE_INFINITY)
    // A timer that was given more than it takes has fired when this one does.
    expect(await arrivals.next('never', 5)).to.equal(false)
    arrivals.take(message(ApiTopic.EVENT, { kind: 'ready' }))
    expect(await wait).to.equal(true)
  })

  it('is shown unless events are off', () => {
    const arrivals = new Arrivals()
    const seen: number[] = []
    arrivals.shown = ({ topic }) => seen.push(topic)
    for (const on of [true, false, true]) {
      arrivals.show(on)
      arrivals.take(message(seen.length, null))
    }
    expect(seen).to.deep.equal([0, 1])
  })
})
