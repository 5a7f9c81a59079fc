/** All of a simulation that a planted bug may change: what is compiled with its patch. */

export { scripts } from './scripts/index.js'
export { runPlan, type Story, story } from './story.js'
export { drawPlan } from './swarm.js'
