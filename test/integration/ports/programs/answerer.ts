/**
 * An answering port in a process of its own. Says how it is reached, as JSON; answers a question below 0
 * never. Asked for it, says which questions its handler got, or hangs for a while.
 */
import { Ans } from '../../../../ports/ans.js'
import { Answer, Question } from '../../../support/messages.js'
import { TestEnvironment } from '../../../support/port-environment.js'

const environment = new TestEnvironment('Answerer')
const handled: number[] = []
const ans = new Ans(Question, Answer, ({ n }, reply) => {
  handled.push(n)
  if (n >= 0) reply({ n })
})
await environment.open(ans)
process.send?.(JSON.stringify(environment.peer(ans)))
process.on('message', (word) => {
  if (word === 'handled') process.send?.(JSON.stringify(handled))
  else process.send?.('blocking', block)
})

/** Long enough for what is sent meanwhile to arrive: the event loop hangs, the I/O thread does not. */
function block(): void {
  const end = performance.now() + 1500
  while (performance.now() < end);
}
process.on('disconnect', () => process.exit())
