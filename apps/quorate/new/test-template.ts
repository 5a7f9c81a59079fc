/**
 * The test of a new app. Its components run as they always do, but within one process, on this host, and
 * without mDNS.
 */
import { type Draft, typed } from './draft.js'

/** The text of `test/app.test`. */
export function test(draft: Draft): string {
  return `import assert from 'node:assert/strict'
import { EventEmitter, once } from 'node:events'
import { actor, app, Component, ${typed(draft, 'type RunningActor, ')}startActor } from 'quorate'
import application from '../app.js'
import { Temperature } from '../messages.js'
import { Sensor } from '../sensor.js'

// Actors stay on this host and look for nobody; what they log is not shown.
const alone = { interface: '127.0.0.1', discovery: 'static:', sink: { write() {} } }
const running${typed(draft, ': RunningActor[]')} = []

afterEach(async () => {
  for (const each of running.splice(0)) await each.stop()
})

it('a sensor publishes what it measures', async () => {
  const heard = new EventEmitter()
  class Probe extends Component {
    ${typed(draft, 'readonly ')}temperature = this.sub(Temperature, (m) => heard.emit('temperature', m))
  }
  const rig = app('rig', {
    actors: { Rig: actor({ components: () => ({ sensor: [Sensor, { period: 10 }], probe: Probe }) }) },
  })

  const first = once(heard, 'temperature')
  running.push(await startActor(rig, 'Rig', alone))
  const [{ celsius }] = await first
  assert(celsius > -50 && celsius < 50, \`\${celsius} °C\`)
})

it('the monitor warns when a sensor is too warm', async () => {
  const logged = new EventEmitter()
  const sink = {
    write(line${typed(draft, ': string')}) {
      const { level, msg } = JSON.parse(line)
      if (level === 'warn') logged.emit('warning', msg)
    },
  }

  const first = once(logged, 'warning')
  const sensor = await startActor(application, 'Sensor', { ...alone, params: { period: 10 } })
  running.push(sensor)
  const near = { ...alone, discovery: \`static:\${sensor.directory}\` }
  running.push(await startActor(application, 'Monitor', { ...near, sink, params: { limit: 0 } }))
  const [warning] = await first
  assert.match(warning, /^Sensor reads .* too warm$/)
})
`
}
