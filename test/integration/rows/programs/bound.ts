/**
 * A binding port in a process of its own: `<pub, rep, srv or ans> <options as JSON>`. Says how it is reached,
 * as JSON. A pub sends each number that it is told; the others answer a number with its double, and one below
 * 0 never.
 */

import { TestEnvironment } from '../../../support/port-environment.js'
import { bound, isBoundKind } from '../bound.js'

const [kind = '', options = '{}'] = process.argv.slice(2)
if (!isBoundKind(kind)) throw new Error(`${kind} is no kind that binds`)
const environment = new TestEnvironment('Far')
const { port, publish } = bound(kind, JSON.parse(options))
await environment.open(port)
process.send?.(JSON.stringify(environment.peer(port)))
process.on('message', (n) => publish(Number(n)))
process.on('disconnect', () => process.exit())
