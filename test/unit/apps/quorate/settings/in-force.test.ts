import { expect } from 'chai'
import { CommandFailure } from '../../../../../apps/quorate/failure.js'
import { explainAll, strayVariables } from '../../../../../apps/quorate/settings/explain.js'
import { parseSettings } from '../../../../../apps/quorate/settings/file.js'
import { type Given, SettingsInForce } from '../../../../../apps/quorate/settings/in-force.js'
import { interfaceOf, interfacesOf } from '../../../../../apps/quorate/settings/interface.js'
import { allSettings, known } from '../../../../../apps/quorate/settings/known.js'

function settings(given: Partial<Given>, text?: string): SettingsInForce {
  const file = text === undefined ? undefined : parseSettings('/srv/quorate.yaml', text)
  return new SettingsInForce({ flags: {}, environment: {}, file, ...given })
}

const lo = {
  address: '127.0.0.1',
  netmask: '255.0.0.0',
  family: 'IPv4',
  mac: '',
  internal: true,
  cidr: null,
} as const
const interfaces = () => ({
  lo: [lo],
  eth0: [
    { ...lo, address: '10.0.0.5', internal: false },
    { ...lo, address: '10.0.1.5', internal: false },
  ],
})

describe('the settings in force', () => {
  const flags = { count: '2' }
  const environment = { QUORATE_COUNT: '3' }

  it('are those of the flag, before the environment, before the file, before the default', () => {
    const text = 'interface: x\ncount: 4'
    const where = (of: SettingsInForce) => [of.of(known.count), of.sourceOf(known.count).where]
    expect(where(settings({ flags, environment }, text))).to.deep.equal([2, '--count'])
    expect(where(settings({ environment }, text))).to.deep.equal([3, 'QUORATE_COUNT'])
    expect(where(settings({}, text))).to.deep.equal([4, '/srv/quorate.yaml:2'])
    expect(where(settings({}))).to.deep.equal([1, ''])
  })

  it('take each setting from each source', () => {
    const other: Readonly<Record<string, string | number | boolean>> = {
      interface: 'eth0',
      discovery: 'static:',
      directoryPort: 7000,
      insecure: true,
      yesInsecureNetwork: true,
      seats: '0,1',
      rpc: '0:0',
      rpcHost: '10.0.0.5',
      hub: 'http://10.0.0.5:8000',
      tls: 'certificates',
      hubTokenFile: 'token',
      logLevel: 'warn',
      count: 5,
      app: 'meters',
      wait: 5,
      watch: true,
      allInterfaces: true,
      keys: 'here',
      json: true,
    }
    expect(Object.keys(other)).to.have.members(allSettings.map(({ name }) => name))
    for (const setting of allSettings) {
      const value = other[setting.name]
      const flag = typeof value === 'boolean' ? value : String(value)
      const each = [
        settings({ flags: { [setting.name]: flag } }),
        settings({ environment: { [setting.variable]: String(value) } }),
        settings({}, `${setting.name}: ${JSON.stringify(value)}`),
      ]
      expect(
        each.map((of) => of.of(setting)),
        setting.name,
      ).to.deep.equal([value, value, value])
    }
  })

  it('take a flag that says no', () => {
    expect(settings({ flags: { json: false }, environment: { QUORATE_JSON: '1' } }).of(known.json)).to.equal(
      false,
    )
  })

  it('are not given by an empty text', () => {
    const empty = settings(
      { flags: { interface: '' }, environment: { QUORATE_INTERFACE: '' } },
      'interface: eth1',
    )
    expect(empty.of(known.interface)).to.equal('eth1')
  })

  it('refuse what is ill-typed, and say where it is', () => {
    const cases: [SettingsInForce, string][] = [
      [settings({ flags: { count: '0' } }), '--count is "0"; give a whole number from 1 to 1000'],
      [
        settings({ environment: { QUORATE_COUNT: 'x' } }),
        'QUORATE_COUNT is "x"; give a whole number from 1 to 1000',
      ],
      [settings({}, '\ncount: 0'), '/srv/quorate.yaml:2: count is 0; give a whole number from 1 to 1000'],
    ]
    for (const [of, text] of cases) expect(() => of.of(known.count)).to.throw(CommandFailure, text)
  })

  it('let a flag mend what the environment has, but no file with a mistake be used', () => {
    expect(settings({ flags, environment: { QUORATE_COUNT: 'x' } }).of(known.count)).to.equal(2)
    const wrong = settings({ flags }, 'count: 0\nlogLevel: loud\nodd: 1')
    expect(() => wrong.requireFile()).to.throw(
      CommandFailure,
      /^\/srv\/quorate\.yaml:3: there is no setting "odd"; .* \(and 2 more: quorate config --explain\)$/,
    )
    expect(() => settings({}, 'count: 2').requireFile()).not.to.throw()
    expect(() => settings({}).requireFile()).not.to.throw()
  })

  it('name an interface, or say who named one that is not there', () => {
    expect(interfaceOf(settings({}), interfaces).name).to.equal('eth0')
    const looked = (text: string) => interfacesOf(settings({}, text), interfaces).map(({ name }) => name)
    expect(looked('')).to.deep.equal(['eth0', 'lo'])
    expect(looked('interface: eth0')).to.deep.equal(['eth0'])
    expect(looked('interface: lo')).to.deep.equal(['lo'])
    expect(interfaceOf(settings({}, 'interface: 10.0.1.5'), interfaces).address).to.equal('10.0.1.5')
    expect(() => interfaceOf(settings({}, 'interface: eth9'), interfaces)).to.throw(
      CommandFailure,
      /^\/srv\/quorate\.yaml:1: interface: there is no network interface eth9 .*; there are: lo /,
    )
  })
})

describe('the explanation of settings', () => {
  function explained(name: string, given: Partial<Given>, text?: string) {
    const all = explainAll(settings(given, text), interfaces)
    const { value, source, reason, instead } =
      all.find(({ setting }) => setting.name === name) ?? all[0] ?? {}
    return { value, kind: source?.kind, where: source?.where, reason, instead }
  }

  it('tells which interface, and why that one', () => {
    const reasonOf = (name: string) => explained('interface', { flags: { interface: name } }).reason
    expect(explained('interface', {})).to.include({ value: 'eth0', kind: 'default' })
    expect(reasonOf('')).to.equal('that of the LAN, as none is named; there are also lo (127.0.0.1)')
    const alone = explainAll(settings({}), () => ({ lo: [lo] })).find(
      ({ setting }) => setting.name === 'interface',
    )
    expect(alone).to.include({ value: 'lo', reason: 'the only one there is: actors of this host only' })
    expect(reasonOf('lo')).to.equal('lo has the address 127.0.0.1: actors of this host only')
    expect(reasonOf('10.0.1.5')).to.equal('the address of eth0')
    expect(reasonOf('eth0')).to.equal(
      'eth0 has the address 10.0.0.5, the first of 2; give the address instead',
    )
  })

  it('tells what follows from a discovery, and that a port is free', () => {
    const reasonOf = (discovery: string) => explained('discovery', { flags: { discovery } }).reason
    expect(reasonOf('mdns')).to.equal('multicast on eth0 (10.0.0.5)')
    expect(reasonOf('static:')).to.match(/^nobody is dialled: /)
    expect(reasonOf('static:a:1,b:2')).to.match(/^dials 2 of the others/)
    expect(explained('directoryPort', {}).reason).to.match(/free port/)
  })

  it('tells what follows where nobody said which seats are here', () => {
    expect(explained('seats', {}).reason).to.match(/^nobody said .* elect stays on the loopback/)
    expect(explained('seats', { flags: { interface: 'lo' } }).reason).to.match(/^all seats are here: /)
    expect(explained('seats', { flags: { interface: 'eth0' } }).reason).to.match(/^none: .* only observe/)
    expect(explained('seats', { flags: { interface: 'eth0', seats: '0' } })).to.include({
      reason: 'these are here, so no other host may have them',
    })
    expect(explained('seats', { environment: { QUORATE_SEATS: 'x' } }, 'seats: 0')).to.include({
      reason: 'QUORATE_SEATS is "x"; give 0,1 of every group, or Cell.north=0 Plant=1,2, or all, or none',
    })
  })

  it('has a reason for each value that a setting may have', () => {
    const values: Readonly<Record<string, readonly [string | number | boolean, RegExp][]>> = {
      interface: [['eth0', /^eth0 has the address/]],
      discovery: [['static:', /^nobody is dialled/]],
      directoryPort: [[7000, /^this one; it has to be free$/]],
      seats: [['all', /^these are here, so no other host may have them$/]],
      rpc: [
        ['0:0', /^whoever reaches these ports commands the actor: /],
        [false, /^no commands in clear text; operators come with a key$/],
      ],
      rpcHost: [
        ['127.0.0.1', /^on this host alone$/],
        ['10.0.0.5', /^also for other hosts, /],
      ],
      hub: [
        ['http://10.0.0.5:8000', /^whoever may post there commands the actors; /],
        ['', /^actors take commands of no hub, whoever announces one$/],
      ],
      tls: [
        ['certificates', /^the certificates are there$/],
        ['', /^for a hub with HTTP, or on this host$/],
      ],
      hubTokenFile: [['token', /^the token is read there$/]],
      logLevel: [
        ['trace', /^everything is logged$/],
        ['info', /^info, warn, error; what is logged as trace or debug is left out$/],
      ],
      count: [
        [1, /^one process of each actor$/],
        [3, /^3 processes of each actor; a parameter `instance` counts them from 0$/],
      ],
      app: [['meters', /^no actors of other apps$/]],
      wait: [[50, /^a search ends 50 ms after its last news, after 500 ms at the latest$/]],
      watch: [
        [false, /^looks once$/],
        [true, /^looks again 1000 ms after each look, until Ctrl-C$/],
      ],
      allInterfaces: [
        [false, /^the doctor asks on its own interface, and on no other$/],
        [true, /^the doctor asks on every interface$/],
      ],
      keys: [['here', /^the keys of one app are in this folder$/]],
      insecure: [
        [false, /^encrypted, and for the app alone$/],
        [true, /^nothing is encrypted, and nobody is asked who he is$/],
      ],
      yesInsecureNetwork: [
        [false, /^--insecure is taken on the loopback alone$/],
        [true, /^--insecure is taken on any interface$/],
      ],
      json: [
        [false, /^text, for people$/],
        [true, /^JSON, for programs$/],
      ],
    }
    for (const { name, variable } of allSettings) {
      expect(explained(name, {}).reason, name).not.to.equal('')
      expect(values, name).to.have.property(name)
      for (const [value, reason] of values[name] ?? []) {
        expect(explained(name, {}, `${name}: ${JSON.stringify(value)}`).reason).to.match(reason)
        expect(explained(name, { environment: { [variable]: String(value) } }).reason).to.match(reason)
      }
    }
  })

  it('tells what is refused, where, and why', () => {
    expect(explained('interface', { environment: { QUORATE_INTERFACE: 'eth9' } })).to.deep.include({
      value: undefined,
      where: 'QUORATE_INTERFACE',
    })
    expect(explained('count', { flags: { count: '2' } }, 'count: 0')).to.deep.equal({
      value: undefined,
      kind: 'flag',
      where: '--count',
      reason: '/srv/quorate.yaml:1: count is 0; give a whole number from 1 to 1000',
      instead: ['/srv/quorate.yaml:1'],
    })
  })

  it('tells of an interface that is refused once, and not of what would follow from it', () => {
    const wrong: [Partial<Given>, string, RegExp][] = [
      [{ flags: { interface: 'eth9' } }, '', /^--interface: there is no network interface eth9 /],
      [{}, 'interface: eth9', /^\/srv\/quorate\.yaml:1: interface: there is no network interface eth9 /],
      [{}, 'interface: 10.1', /^\/srv\/quorate\.yaml:1: interface is 10\.1; give a text$/],
    ]
    for (const [given, text, says] of wrong) {
      const refused = explainAll(settings(given, text), interfaces).filter(({ value }) => value === undefined)
      expect(refused.map(({ setting }) => setting)).to.deep.equal([known.interface])
      expect(refused[0]?.reason).to.match(says)
      expect(explained('seats', given, text)).to.include({ value: '', reason: '' })
      expect(explained('discovery', given, text)).to.include({ value: 'mdns', reason: '' })
    }
  })

  it('tells what a value goes before', () => {
    const given = { flags: { logLevel: 'warn' }, environment: { QUORATE_LOG_LEVEL: 'error' } }
    const { value, instead } = explained('logLevel', given, 'logLevel: debug')
    expect({ value, instead }).to.deep.equal({
      value: 'warn',
      instead: ['QUORATE_LOG_LEVEL', '/srv/quorate.yaml:1'],
    })
  })

  it('tells of variables that are none', () => {
    const names = {
      QUORATE_LOGLEVEL: '',
      QUORATE_INTERFACE: 'lo',
      QUORATE_SERVICE_HOST: '10.0.0.1',
      HOME: '',
    }
    expect(strayVariables(names)).to.deep.equal([
      '"QUORATE_LOGLEVEL" is the variable of no setting; write QUORATE_LOG_LEVEL',
      '"QUORATE_SERVICE_HOST" is the variable of no setting; quorate config --help lists those of settings',
    ])
  })
})
