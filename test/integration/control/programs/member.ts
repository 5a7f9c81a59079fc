/**
 * A member of a group in a process of its own: the name of its app, and the directories that it is to know.
 * Says where its door is, and then each of its events.
 */
import { rpcDoor } from '../../../../control/index.js'
import { actor, app, startActor, tieToProcess } from '../../../../runtime/index.js'
import { opened } from '../../../support/opened-door.js'
import { Cell, Member } from '../members.js'

const [name = '', directories = ''] = process.argv.slice(2)
const definition = actor({ components: () => ({ it: [Member, { isHeard: Promise.resolve() }] }) })
const door = opened(rpcDoor({ subscriberPort: 0, commandPort: 0, heartbeatInterval: 0.05 }))

process.once('disconnect', () => process.exit())
const running = await startActor(app(name, { actors: { Held: definition }, groups: { Cell } }), 'Held', {
  discovery: `static:${directories}`,
  doors: [door],
  interface: '127.0.0.1',
  insecure: true,
  sink: { write: (line) => process.send?.(line) },
  onStarting: tieToProcess,
})
process.send?.(JSON.stringify({ event: 'opened', id: running.id, ...door.ports }))
