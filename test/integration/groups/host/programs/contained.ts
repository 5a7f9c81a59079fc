/** Holds a seat, prints who it is, and lives until it is killed or its input ends. */
import { identity, takeSeat } from '../../../../../groups/host/index.js'

const [app = '', group = '', seat = '', incarnation = ''] = process.argv.slice(2)
const held = await takeSeat({ app, group, seat }, { incarnation })
process.stdout.write(`${JSON.stringify({ taken: held !== undefined, identity: identity() })}\n`)
process.stdin.on('end', () => process.exit()).resume()
