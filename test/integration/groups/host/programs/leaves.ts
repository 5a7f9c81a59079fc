/** Takes a seat and has nothing else to do. */
import { takeSeat } from '../../../../../groups/host/index.js'

const [app = '', group = '', seat = ''] = process.argv.slice(2)
const held = await takeSeat({ app, group, seat }, { incarnation: 'leaves' })
if (!held) process.exitCode = 1
process.send?.(held ? 'taken' : 'refused')
process.disconnect()
