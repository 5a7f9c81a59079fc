import { expect } from 'chai'
import { PortError } from '../../../ports/index.js'
import { createReporter } from '../../../runtime/events.js'
import { describeError } from '../../../runtime/lifetime.js'

describe('the events of an actor', () => {
  let lines: Record<string, unknown>[]
  const sink = { write: (line: string) => void lines.push(JSON.parse(line)) }
  const { log, emit } = createReporter({ actor: 'Meter', id: '0123456789abcdef' }, sink, 'info')

  beforeEach(() => {
    lines = []
  })

  it('say whose they are, in every line', () => {
    emit('ready', { ports: 3 })
    log.info('text')
    log.child({ component: 'c' }).error({ volts: 3 }, 'too low')
    for (const line of lines) {
      expect(line).to.include({ v: 1, actor: 'Meter', id: '0123456789abcdef' })
      expect(line.t).to.be.a('number')
    }
    expect(lines.map(({ event }) => event)).to.deep.equal(['ready', 'log', 'error'])
    expect(lines[2]).to.include({ component: 'c', volts: 3, msg: 'too low', level: 'error' })
  })

  it('tell of an error which class it is of, whoever has described it', () => {
    const error = new PortError('timeout', 'late')
    for (const err of [error, describeError(error)]) log.error({ err }, 'text')
    log.error(error)
    log.error({ err: describeError('a word') }, 'text')
    const told = lines.map(({ err }) => err)
    for (const each of told.slice(0, 3)) {
      expect(each).to.include({ type: 'PortError', name: 'PortError', message: 'late', code: 'timeout' })
      expect(each).to.have.property('stack')
    }
    expect(told[3]).to.deep.equal({ message: 'a word' })
  })

  it('keep what a log call gives under a name of theirs apart', () => {
    const given = {
      event: 'door',
      id: 7,
      actor: 'Bob',
      v: 2,
      t: 0,
      level: 'high',
      label: 'x',
      exit: 1,
      free: 'y',
    }
    log.info(given, 'opened')
    const { free, ...own } = given
    expect(lines[0]).to.deep.include({ event: 'log', level: 'info', free, fields: own, msg: 'opened' })
    expect(lines[0]).to.include({ v: 1, actor: 'Meter', id: '0123456789abcdef' })
    expect(lines[0]).not.to.have.any.keys('label', 'exit')
    expect(given).to.include({ event: 'door' })
    log.child({ actor: 'Bob', id: 7, event: 'door' }).info('closed')
    expect(lines[1]).to.include({ v: 1, actor: 'Meter', id: '0123456789abcdef', event: 'log' })
  })
})
