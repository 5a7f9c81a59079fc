import { expect } from 'chai'
import { allSettings, known } from '../../../../../apps/quorate/settings/known.js'
import type { Reading } from '../../../../../apps/quorate/settings/setting.js'
import { discoveryLimits } from '../../../../../discovery/index.js'

function whyOf<T>(reading: Reading<T>): string {
  return 'why' in reading ? reading.why : `no refusal: ${reading.value}`
}

describe('the settings that there are', () => {
  it('have a name for the file, an option and a variable, each its own', () => {
    const { flag, variable } = known.directoryPort
    expect({ flag, variable }).to.deep.equal({ flag: '--directory-port', variable: 'QUORATE_DIRECTORY_PORT' })
    expect(known.interface.variable).to.equal('QUORATE_INTERFACE')
    for (const key of ['name', 'flag', 'variable'] as const) {
      expect(new Set(allSettings.map((setting) => setting[key]))).to.have.property('size', allSettings.length)
    }
    expect(Object.entries(known).every(([name, setting]) => setting.name === name)).to.equal(true)
  })

  it('take their own default, as a value and as a text', () => {
    for (const setting of allSettings) {
      expect(setting.read(setting.fallback), setting.name).to.deep.equal({ value: setting.fallback })
      expect(setting.readText(String(setting.fallback))).to.deep.equal({ value: setting.fallback })
    }
  })

  it('are typed in the file, and converted from texts', () => {
    expect(known.count.readText('3')).to.deep.equal({ value: 3 })
    expect(whyOf(known.count.read('3'))).to.equal('is "3"; give a whole number from 1 to 1000')
    for (const text of ['0', '1001', '2.5', '-1', '1e2', ' 3', 'many']) {
      expect(whyOf(known.count.readText(text))).to.equal(
        `is ${JSON.stringify(text)}; give a whole number from 1 to 1000`,
      )
    }
    expect(known.json.readText('1')).to.deep.equal({ value: true })
    expect(known.json.readText('false')).to.deep.equal({ value: false })
    expect(whyOf(known.json.readText('yes'))).to.equal('is "yes"; give true or false')
    expect(whyOf(known.json.read('true'))).to.equal('is "true"; give true or false')
    expect(whyOf(known.interface.read(10.1))).to.equal('is 10.1; give a text')
    expect(whyOf(known.app.read(null))).to.equal('is empty; give a text')
    expect(whyOf(known.logLevel.readText('loud'))).to.equal(
      'is "loud"; give trace, debug, info, warn or error',
    )
  })

  it('show no more of what was given than a line holds', () => {
    expect(whyOf(known.json.read('x'.repeat(10_000)))).to.have.length.below(120)
    expect(whyOf(known.json.read('a\nb'))).not.to.contain('\n')
  })

  it('of seats: numbers, of all groups or by name, all or none; in the file also as a list or a map', () => {
    const some = { value: 'Cell.north=0 Plant=1,2' }
    expect(known.seats.readText(` ${some.value}`)).to.deep.equal(some)
    expect(known.seats.read({ 'Cell.north': 0, Plant: [1, 2] })).to.deep.equal(some)
    expect(known.seats.read([0, 1])).to.deep.equal(known.seats.readText('0,1'))
    expect(known.seats.read(0)).to.deep.equal(known.seats.readText('0'))
    expect(known.seats.read('all')).to.deep.equal({ value: 'all' })
    expect(known.seats.read('none')).to.deep.equal({ value: 'none' })
    for (const given of [
      'nothing',
      '-1',
      '0 1',
      -1,
      0.5,
      null,
      true,
      [],
      {},
      ['0'],
      { Cell: null },
      { Cell: {} },
    ]) {
      const why = whyOf(known.seats.read(given))
      expect(why, JSON.stringify(given)).to.match(
        /; give 0,1 of every group, or Cell\.north=0 Plant=1,2, or all, or none$/,
      )
    }
  })

  it('of discovery: mdns, or directories as a text or, in the file, as a list', () => {
    const two = { value: 'static:10.0.0.1:7000,host:7001' }
    expect(known.discovery.readText(two.value)).to.deep.equal(two)
    expect(known.discovery.read({ static: ['10.0.0.1:7000', 'host:7001'] })).to.deep.equal(two)
    expect(known.discovery.read({ static: [] })).to.deep.equal({ value: 'static:' })
    expect(known.discovery.read({ static: 'a:1' })).to.deep.equal({ value: 'static:a:1' })
    for (const given of ['dns', '', 'MDNS']) {
      expect(whyOf(known.discovery.read(given)), given).to.match(/; give mdns or static:host:port,/)
    }
    for (const given of [7, null, [], {}, { static: 7 }, { static: [1] }, { static: [], mdns: true }]) {
      const why = whyOf(known.discovery.read(given))
      expect(why, JSON.stringify(given)).to.match(/; give mdns or { static: \[host:port, …\] }$/)
    }
    expect(whyOf(known.discovery.readText('static:here'))).to.match(
      /"here" is no address of a directory; write/,
    )
    const many = Array.from({ length: discoveryLimits.staticDirectories + 1 }, (_, i) => `h:${i + 1}`)
    expect(whyOf(known.discovery.read({ static: many }))).to.match(/^lists \d+ directories; give at most/)
  })
})
