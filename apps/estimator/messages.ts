/** What sensors and estimators tell each other. */
import { message } from 'quorate'
import { z } from 'zod'

/** A sensor has a new reading: ask for it. Stays on the host, as the next two. */
export const SensorReady = message('SensorReady', z.object({ at: z.number() }))
export const SensorQuery = message('SensorQuery', z.object({ at: z.number() }))
export const SensorValue = message('SensorValue', z.object({ at: z.number(), value: z.number() }))

/** What a host estimates, and from how many sensors. */
export const Estimate = message('Estimate', z.object({ value: z.number(), sensors: z.number() }))
