/** Histories of which it is known whether they can be, by each promise. */
import { expect } from 'chai'
import { checkHistory } from './check.js'
import { at, within } from './drawn.js'
import type { Operation } from './history.js'

const OPEN = Number.POSITIVE_INFINITY
const [F, G] = ['100.1', '200.1']

const set = (p: string, value: string | null, from: number, to = OPEN) =>
  within(from, to, p, { f: 'set', key: 'x', value })
const get = (p: string, value: string | null, time: number) => at(time, p, { f: 'get', key: 'x', value })
const send = (p: string, message: string, from: number, to = OPEN) =>
  within(from, to, p, { f: 'send', message })
const handle = (p: string, message: string, time: number) => at(time, p, { f: 'deliver', message })
const told = (p: string, f: 'lost' | 'missed', time: number) => at(time, p, { f })
const inFormation = (formation: string, ...operations: Operation[]): Operation[] =>
  operations.map((each) => ({ ...each, formation }))

const asked = (from: number) => within(from, OPEN, 'a', { f: 'poll', poll: 'p', decidedBy: 'majority' })
const vote = (p: string, choice: 'yes' | 'no', time: number) =>
  within(time, OPEN, p, { f: 'vote', poll: 'p', choice })
const ends = (p: string, outcome: 'yes' | 'no' | 'timeout' | 'unknown', time: number, pollId = 'a/1.1/1') =>
  at(time, p, { f: 'outcome', poll: 'p', outcome, pollId, electorate: ['a', 'b', 'c'] })

/** What can be, and what cannot. */
const known: Readonly<Record<string, { readonly right: Operation[][]; readonly wrong: Operation[][] }>> = {
  'a stale read is right, but not of what was set after it': {
    right: [[set('a', '1', 0, 1), set('a', '2', 2, 3), get('b', '1', 9)]],
    wrong: [[get('b', '1', 0), set('a', '1', 1, 2)]],
  },
  'a reader goes forward only': {
    right: [[set('a', '1', 0, 1), set('a', '2', 2, 3), get('b', '1', 9), get('b', '2', 10)]],
    wrong: [[set('a', '1', 0, 1), set('a', '2', 2, 3), get('b', '2', 9), get('b', '1', 10)]],
  },
  'who set a value reads it': {
    right: [[set('a', '1', 0, 1), set('b', '2', 0, 2), get('a', '2', 3), get('b', '2', 3)]],
    wrong: [[set('a', '1', 0, 2), get('a', null, 3)]],
  },
  'no update is lost: sets are in the order of time, and of who asks': {
    right: [[set('a', '1', 0, 9), set('b', '2', 1, 8), get('c', '2', 10), get('c', '1', 11)]],
    wrong: [
      [set('a', '1', 0, 1), set('b', '2', 2, 3), get('c', '2', 10), get('c', '1', 11)],
      [set('a', '1', 0, 9), set('a', '2', 1, 8), get('c', '2', 10), get('c', '1', 11)],
    ],
  },
  'nothing has effect twice': {
    right: [[set('a', '1', 0), set('b', '2', 1), get('c', '1', 5), get('c', '2', 6)]],
    wrong: [
      [set('a', '1', 0), set('b', '2', 1), get('c', '1', 5), get('c', '2', 6), get('c', '1', 7)],
      [send('a', '1', 0), handle('b', '1', 5), handle('b', '1', 6)],
      [asked(0), ends('a', 'timeout', 5), ends('b', 'timeout', 6, 'a/1.1/2')],
    ],
  },
  'messages are in one order, and none is left out untold': {
    right: [
      [
        send('a', '1', 0, 9),
        send('b', '2', 1, 8),
        ...['c', 'd'].flatMap((p) => [handle(p, '2', 10), handle(p, '1', 11)]),
      ],
      [
        send('a', '1', 0, 1),
        send('a', '2', 2, 3),
        send('a', '3', 4, 5),
        handle('b', '2', 6),
        handle('b', '3', 7),
      ],
      [
        ...[send('a', '1', 0, 1), send('a', '2', 2, 3), send('a', '3', 4, 5), handle('c', '2', 8)],
        ...[handle('b', '1', 6), told('b', 'missed', 7), handle('b', '3', 8)],
      ],
    ],
    wrong: [
      [
        ...[send('a', '1', 0, 9), send('b', '2', 1, 8)],
        ...[handle('c', '2', 10), handle('c', '1', 11), handle('d', '1', 10), handle('d', '2', 11)],
      ],
      [
        send('a', '1', 0, 1),
        send('a', '2', 2, 3),
        send('a', '3', 4, 5),
        handle('b', '1', 6),
        handle('b', '3', 7),
      ],
      [send('a', '1', 0, 1), send('b', '2', 2, 3), handle('c', '2', 10), handle('c', '1', 11)],
      [handle('b', '1', 0), send('a', '1', 1, 2)],
    ],
  },
  'a poll has one outcome, by votes, told once': {
    right: [
      [
        asked(0),
        vote('a', 'yes', 1),
        vote('b', 'yes', 2),
        ends('a', 'yes', 3),
        ends('b', 'yes', 9),
        ends('c', 'unknown', 9),
      ],
      [asked(0), vote('a', 'no', 1), vote('b', 'no', 2), ends('c', 'no', 3)],
    ],
    wrong: [
      [asked(0), vote('a', 'yes', 1), vote('b', 'yes', 2), ends('a', 'yes', 3), ends('b', 'timeout', 9)],
      [asked(0), vote('a', 'yes', 1), ends('a', 'yes', 2), vote('b', 'yes', 3)],
      [asked(0), vote('a', 'yes', 1), vote('a', 'yes', 2), ends('a', 'yes', 3)],
      [asked(0), ends('a', 'timeout', 3), ends('a', 'timeout', 4)],
      [ends('a', 'timeout', 1), asked(2)],
    ],
  },
  'a formation may begin without what was decided, with the same for all': {
    right: [
      [
        ...inFormation(F, set('a', '1', 0, 1), set('a', '2', 2, 3), get('b', '2', 4)),
        ...[told('b', 'lost', 5), ...inFormation(G, get('b', '1', 6), get('c', '1', 7))],
      ],
      inFormation(F, set('a', '1', 0, 1), get('a', '1', 2)).concat(
        told('a', 'lost', 3),
        inFormation(F, get('a', null, 4)),
      ),
    ],
    wrong: [
      [
        ...inFormation(F, set('a', '1', 0, 1), set('a', '2', 2, 3)),
        ...inFormation(G, get('b', '1', 6), get('c', '2', 7)),
      ],
      [...inFormation(F, set('a', '1', 0, 1)), ...inFormation(G, get('b', '3', 6), set('a', '3', 7, 8))],
      inFormation(F, set('a', '1', 0, 1), get('a', '1', 2), get('a', null, 4)),
      [...inFormation(F, send('a', '1', 0, 1), handle('b', '1', 2)), ...inFormation(G, handle('b', '1', 3))],
    ],
  },
  'nothing is decided in a former formation any more': {
    right: [[...inFormation(F, send('a', '1', 0, 9)), ...inFormation(G, send('b', '2', 5, 6))]],
    wrong: [[...inFormation(G, send('b', '2', 0, 1)), ...inFormation(F, send('a', '1', 2, 3))]],
  },
}

describe('histories of which it is known whether they can be', () => {
  for (const [name, { right, wrong }] of Object.entries(known)) {
    it(name, () => {
      for (const history of right) expect(checkHistory(history).misfits).to.deep.equal([])
      for (const history of wrong) {
        const { misfits } = checkHistory(history)
        expect(misfits.map(({ is }) => is)).to.deep.equal(['wrong'])
      }
    })
  }
})
