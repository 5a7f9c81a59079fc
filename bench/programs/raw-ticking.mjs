// What Node has for it: setInterval().

import { options } from './task.mjs'
import { Ticks } from './ticks.mjs'

const ticks = new Ticks(options.ms)
setInterval(() => ticks.add(), options.period)
