/**
 * Snapshots on the wire. Of each list how many, then they themselves:
 *
 *     base        ballot 12, index varint, members ids, observers ids, formation 12, clock 12
 *     formations  ballot 12, index varint
 *     polls       poll
 *     ended       poll, outcome, formation 12, index varint
 *     values      key, value
 *     requests    by id, number varint
 */
import { invariant } from '../ports/index.js'
import type { Ended, Formation, LedgerState } from './ledger.js'
import { groupLimits } from './limits.js'
import type { LogBase } from './log.js'
import type { Snapshot } from './messages.js'
import { readOutcome, readPoll, writeOutcome, writePoll } from './wire-polls.js'
import type { WireReader } from './wire-reader.js'
import { readValue, writeValue } from './wire-requests.js'
import type { WireWriter } from './wire-writer.js'

export function writeSnapshot(writer: WireWriter, { base, ledger }: Snapshot): void {
  const { formations, polls, ended, values, requests } = ledger
  writer.position(base.position)
  writer.ids(base.members)
  writer.ids(base.observers)
  writer.ballot(base.genesis)
  writer.ballot(base.clock)
  writer.count(formations.length, groupLimits.keptFormations)
  for (const formation of formations) writeFormation(writer, formation)
  writer.count(polls.length, groupLimits.openPolls)
  for (const poll of polls) writePoll(writer, poll)
  writer.count(ended.length, groupLimits.keptOutcomes)
  for (const each of ended) writeEnded(writer, each)
  writer.count(values.length, groupLimits.values)
  let bytes = 0
  for (const [key, value] of values) {
    writeValue(writer, key, value)
    bytes += value.byteLength
  }
  invariant(bytes <= groupLimits.valuesBytes, 'a message of a group keeps its bounds')
  writer.count(requests.length, groupLimits.keptRequesters)
  for (const [by, number] of requests) {
    writer.id(by)
    writer.varint(number)
  }
}

export function readSnapshot(reader: WireReader): Snapshot {
  return { base: readBase(reader), ledger: readLedger(reader) }
}

function readBase(reader: WireReader): LogBase {
  return {
    position: reader.position(),
    members: reader.ids(),
    observers: reader.ids(),
    genesis: reader.ballot(),
    clock: reader.ballot(),
  }
}

function readLedger(reader: WireReader): LedgerState {
  return {
    formations: reader.several(groupLimits.keptFormations, 'formations', readFormation),
    polls: reader.several(groupLimits.openPolls, 'polls', readPoll),
    ended: reader.several(groupLimits.keptOutcomes, 'outcomes', readEnded),
    values: readValues(reader),
    requests: reader.several(groupLimits.keptRequesters, 'requests', readRequested),
  }
}

function writeFormation(writer: WireWriter, { genesis, index }: Formation): void {
  writer.ballot(genesis)
  writer.varint(index)
}

function readFormation(reader: WireReader): Formation {
  return { genesis: reader.ballot(), index: reader.varint() }
}

function writeEnded(writer: WireWriter, ended: Ended): void {
  writePoll(writer, ended.poll)
  writeOutcome(writer, ended.outcome)
  writeFormation(writer, ended)
}

function readEnded(reader: WireReader): Ended {
  return { poll: readPoll(reader), outcome: readOutcome(reader), ...readFormation(reader) }
}

function readValues(reader: WireReader): LedgerState['values'] {
  let left: number = groupLimits.valuesBytes
  return reader.several(groupLimits.values, 'values', () => {
    const { key, value } = readValue(reader, true)
    left -= value.byteLength
    return left < 0 ? reader.refuse('values of too many bytes') : ([key, value] as const)
  })
}

function readRequested(reader: WireReader): readonly [by: string, number: number] {
  return [reader.id(), reader.varint()]
}
