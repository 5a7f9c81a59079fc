import { expect } from 'chai'
import { verbs } from '../../../../../apps/quorate/console/verbs.js'
import { ActorCommand, ApiCommand } from '../../../../../control/index.js'
import { played, STEERING } from './played.js'

const OWN = ApiCommand.USER_DEFINED

describe('a line of the console', () => {
  it('becomes the command that it means', async () => {
    const { session, sent } = played()
    const lines: [string, number, (number | undefined)?, unknown?][] = [
      ['pump.prime seconds=3', OWN, ActorCommand.CALL, { name: 'pump.prime', args: { seconds: 3 } }],
      ['call prime {"seconds": 3}', OWN, ActorCommand.CALL, { name: 'prime', args: { seconds: 3 } }],
      ['call halt', OWN, ActorCommand.CALL, { name: 'halt', args: {} }],
      ['get rate', OWN, ActorCommand.GET, { name: 'rate' }],
      ['set rate 5', OWN, ActorCommand.SET, { name: 'rate', value: 5 }],
      ['set rate "5"', OWN, ActorCommand.SET, { name: 'rate', value: '5' }],
      ['set rate {"a": 1}', OWN, ActorCommand.SET, { name: 'rate', value: { a: 1 } }],
      ['start', ApiCommand.START_ACQUISITION],
      ['stop', ApiCommand.STOP_ACQUISITION],
      ['status', ApiCommand.GET_STATUS],
      ['config', ApiCommand.GET_CONFIGURATION],
      ['emergency stop', ApiCommand.EMERGENCY_STOP],
      ['emergency resume', ApiCommand.EMERGENCY_RESUME],
      ['send 7 x=1', 7, undefined, { x: 1 }],
      ['send 99999 custom=9001', OWN, ActorCommand.DESCRIBE],
      ['group Cell.north transfer', OWN, ActorCommand.GROUP_TRANSFER, { group: 'Cell.north' }],
      ['group Cell transfer ab', OWN, ActorCommand.GROUP_TRANSFER, { group: 'Cell', to: 'ab' }],
      [
        ...(['group Cell vote go kind=consensus timeout=9', OWN, ActorCommand.GROUP_VOTE] as const),
        { group: 'Cell', topic: 'go', kind: 'consensus', timeout: 9 },
      ],
    ]
    for (const [line] of lines)
      expect(await session.run(line), line).to.deep.equal({ exitCode: 0, value: null })
    expect(sent).to.deep.equal(
      lines.map(([, command, customCommand, data]) => ({
        command,
        ...(customCommand === undefined ? {} : { customCommand }),
        ...(data === undefined ? {} : { data }),
      })),
    )
  })

  it('that makes no sense says so, ends with 2, and sends nothing', async () => {
    const { session, sent } = played()
    const lines = [
      ...[
        'nonsense',
        'call',
        'get',
        'get a b',
        'set rate',
        'set a 1 2',
        'start now',
        'emergency',
        'emergency off',
      ],
      ...['send', 'send x', 'send 7 x', 'group', 'group Cell', 'group Cell transfer a b', 'group Cell vote'],
      ...[
        'events',
        'events maybe',
        'wait',
        'wait ready 0',
        'wait ready soon',
        'help nonsense',
        'use',
        'get "a',
      ],
    ]
    for (const line of lines) {
      const { exitCode, problem } = await session.run(line)
      expect([exitCode, typeof problem], line).to.deep.equal([2, 'string'])
    }
    expect(sent).to.deep.equal([])
  })

  it('that says nothing does nothing', async () => {
    const { session, sent } = played()
    for (const line of ['', '  ', '# a comment'])
      expect(await session.run(line)).to.deep.equal({ exitCode: 0 })
    expect(sent).to.deep.equal([])
  })

  it('is of the console alone where it shows events, waits, helps or leaves', async () => {
    const { session, sent, shown, waits } = played()
    await session.run('events off')
    await session.run('events on')
    expect(shown).to.deep.equal([false, true])
    expect(await session.run('wait ready')).to.deep.equal({ exitCode: 0 })
    const { exitCode, problem } = await session.run('wait gone 0.5')
    expect([exitCode, problem]).to.deep.equal([1, 'no event gone came within 0.5 s'])
    expect(waits).to.deep.equal([
      ['ready', 60_000],
      ['gone', 500],
    ])
    const { text } = await session.run('help')
    for (const verb of verbs.keys()) expect(text).to.contain(`  ${verb} `)
    expect((await session.run('help get')).text).to.equal('  get <property>  what a property is')
    for (const line of ['quit', 'exit']) expect((await session.run(line)).isOver).to.equal(true)
    expect(sent).to.deep.equal([])
  })

  it('says that nobody was found', async () => {
    const { text } = await played().session.run('actors')
    expect(text).to.equal('none was found; quorate doctor finds out why')
  })

  it('tells what an actor refuses, and is not steered by its words', async () => {
    const errorMessage = `no${STEERING}`
    const { session } = played(() => ({ result: 400, errorCode: 4, errorMessage }))
    const { exitCode, problem } = await session.run('get rate')
    expect(exitCode).to.equal(1)
    expect(problem).to.equal('FAILED, error 4: no?[2J?2J?')
    const odd = played(() => ({ result: 77 }))
    expect((await odd.session.run('get rate')).problem).to.equal('77: no more is said')
  })

  it('tells what goes wrong on the way, and is not steered by it', async () => {
    const { session } = played(() => {
      throw new Error(`lost${STEERING}`)
    })
    const { exitCode, problem } = await session.run('status')
    expect([exitCode, problem]).to.deep.equal([1, 'lost?[2J?2J'])
  })

  it('asks an actor what it can be commanded, and believes no nonsense', async () => {
    const commands = [{ component: 'pump', name: `prime${STEERING}`, description: 'fill' }]
    const told = played(() => ({ data: { commands, properties: [], groups: [] } }))
    const { text, value } = await told.session.run('commands')
    expect(text).to.equal('pump.prime?[2J?2J  fill')
    expect(value).to.deep.equal(commands)
    expect((await told.session.run('properties')).text).to.equal('it has no properties')
    for (const data of [
      null,
      7,
      [],
      { commands: 7 },
      { commands: [{ name: 1 }], properties: [], groups: [] },
    ]) {
      const { exitCode, problem } = await played(() => ({ data })).session.run('commands')
      expect(exitCode).to.equal(2)
      expect(problem).to.equal('this device does not tell what it can be commanded; send takes numbers')
    }
  })

  it('completes by what the actor in use has told', async () => {
    const commands = [{ component: 'pump', name: 'prime', description: '' }]
    const { session } = played(() => ({ data: { commands, properties: [], groups: [] } }), ['Rig'])
    expect(session.candidates('use ').words).to.deep.equal(['Rig '])
    expect(session.candidates('pu').words).to.deep.equal([])
    expect((await session.run('use Rig')).text).to.equal('commands go to Rig now')
    expect(session.candidates('pu').words).to.deep.equal(['pump.prime '])
  })
})
