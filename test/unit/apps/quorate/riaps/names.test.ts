import { expect } from 'chai'
import { parseModel } from '../../../../../apps/quorate/riaps/model-parser.js'
import { type Names, namesOf } from '../../../../../apps/quorate/riaps/names.js'
import { camelCase, kebabCase } from '../../../../../apps/quorate/riaps/spelling.js'

function names(text: string): Names {
  const [app] = parseModel(text, 'a.riaps')
  if (!app) throw new Error('there is no app')
  return namesOf(app)
}

describe('names of a model', () => {
  const spelt: [name: string, camel: string, kebab: string][] = [
    ['sensorReady', 'sensorReady', 'sensor-ready'],
    ['rx_modbusData', 'rxModbusData', 'rx-modbus-data'],
    ['ReqPort', 'reqPort', 'req-port'],
    ['GPIO', 'gpio', 'gpio'],
    ['GPIODevice', 'gpioDevice', 'gpio-device'],
    ['GPIO_in', 'gpioIn', 'gpio-in'],
    ['_incoming', 'incoming', 'incoming'],
    ['C37Receiver', 'c37Receiver', 'c37-receiver'],
  ]
  for (const [name, camel, kebab] of spelt) {
    it(`${name} is ${camel} in code, and ${kebab} in a path`, () => {
      expect([camelCase(name), kebabCase(name)]).to.deep.equal([camel, kebab])
    })
  }

  it('stay as they are where they can', () => {
    const { app, changed, messages, components, actors } = names(`app Grid { message M; group G using M;
      component Sensor(a) { pub ready : M; } actor Main(a) { { s : Sensor(a = a); } } }`)
    expect({ app, changed }).to.deep.equal({ app: 'Grid', changed: [] })
    expect(messages.get('M')).to.equal('M')
    expect(components.get('Sensor')).to.include({ className: 'Sensor', file: 'sensor' })
    expect(actors.get('Main')?.params.get('a')).to.equal('a')
  })

  it('are others where they are taken, and that is told', () => {
    const { changed } =
      names(`app _Größe { message class; message Sender; component String {} component app {}
      component C { sub pub : class; sub peer : class; sub onPeer : class; sub a_b : class; sub aB : class; }
      actor X(interface, constructor) { { c : C; } } }`)
    expect(changed).to.deep.equal([
      'app _Größe: Gro_e',
      'message class: classMessage',
      'message Sender: SenderMessage',
      'component app: appComponent',
      'port C.pub: pubPort',
      'handler of C.peer: onPeerPort',
      'port C.onPeer: onPeerPort_',
      'port C.aB: aB_',
      'parameter X.interface: interface_',
      'parameter X.constructor: constructor_',
    ])
  })
})
