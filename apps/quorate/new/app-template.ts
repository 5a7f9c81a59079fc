/** The sources of a new app: a sensor that publishes by a timer, and a monitor that subscribes. */
import { type Draft, typed } from './draft.js'

/** The files by name, without their endings. */
export function sources(draft: Draft): Readonly<Record<string, string>> {
  return { app: app(draft), messages: MESSAGES, sensor: sensor(draft), monitor: monitor(draft) }
}

function app({ name }: Draft): string {
  return `/** Sensors, and a monitor that warns when one of them is too warm. */
import { actor, app, number } from 'quorate'
import { Monitor } from './monitor.js'
import { Sensor } from './sensor.js'

export default app('${name}', {
  version: '0.1.0',
  actors: {
    Sensor: actor({
      params: { period: number(500, 'milliseconds between two readings') },
      components: (p) => ({ sensor: [Sensor, { period: p.period }] }),
    }),
    Monitor: actor({
      params: { limit: number(22, 'degrees above which it warns') },
      components: (p) => ({ monitor: [Monitor, { limit: p.limit }] }),
    }),
  },
})
`
}

const MESSAGES = `/** What the components tell each other. */
import { message } from 'quorate'
import { z } from 'zod'

/** A reading of a sensor. */
export const Temperature = message('Temperature', z.object({ at: z.number(), celsius: z.number() }))
`

function sensor(draft: Draft): string {
  const readonly = typed(draft, 'readonly ')
  return `/** Measures a temperature, and publishes it. */
import { Component } from 'quorate'
import { Temperature } from './messages.js'

export class Sensor extends Component${typed(draft, '<{ period: number }>')} {
  ${readonly}temperature = this.pub(Temperature)
  ${readonly}tick = this.timer(this.params.period, () => this.measure())

  measure() {
    // The reading of a real sensor goes here.
    const celsius = 20 + 5 * Math.sin(Date.now() / 5000)
    this.temperature.send({ at: Date.now(), celsius })
  }
}
`
}

function monitor(draft: Draft): string {
  return `/** Hears all sensors, and warns when one is too warm. */
import { Component } from 'quorate'
import { Temperature } from './messages.js'

export class Monitor extends Component${typed(draft, '<{ limit: number }>')} {
  ${typed(draft, 'readonly ')}temperature = this.sub(Temperature, ({ celsius }, from) => {
    const text = \`\${from.actor} reads \${celsius.toFixed(1)} °C\`
    if (celsius > this.params.limit) this.log.warn(\`\${text}: too warm\`)
    else this.log.info(text)
  })
}
`
}
