/** What the types of the test kit refuse. Compiled, never run. */
import { testComponent } from '../../../testing/index.js'
import { Answer, Answerer, Question } from './lab.js'

export async function refused(): Promise<void> {
  // @ts-expect-error its parameters are missing
  await testComponent(Answerer)
  // @ts-expect-error a parameter is of the wrong type
  await testComponent(Answerer, { afterMs: 'soon' })
  const tested = await testComponent(Answerer, { afterMs: 1 })
  // @ts-expect-error the question is of the wrong type
  await tested.ask(Question, Answer, { n: 'one' })
  // @ts-expect-error the answer is of the wrong type
  tested.answer(Question, Answer, ({ n }) => ({ n: String(n) }))
  // @ts-expect-error the component has no such port
  tested.component.tick.halt()
}
