/** For rows of rep and srv: a port that asks several things at once, as a req or clt never does. */
import type { Port } from '../../../ports/port.js'
import { Qry } from '../../../ports/qry.js'
import { Answer, Question } from '../../support/messages.js'
import type { TestActors, TestEnvironment } from '../../support/port-environment.js'

/** Opens the port that serves, and one of another actor that asks it as much at once as a test likes. */
export async function served<P extends Port>(actors: TestActors, port: P) {
  const there: TestEnvironment = actors.add('Server')
  await there.open(port)
  const asker = await actors.add('Asker').open(new Qry(Question, Answer))
  asker.update(there.peer(port))
  await asker.ready()
  return { there, port, asker }
}
