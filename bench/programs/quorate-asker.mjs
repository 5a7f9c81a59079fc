// Our asker: ask(), one after another, or from so many loops at once.

import { startActor } from 'quorate'
import { tell } from './channel.mjs'
import { duty, questionOf, talk } from './question.mjs'
import { options, until } from './task.mjs'
import { oneByOne, TripCount } from './trips.mjs'

let component
duty.ready = (made) => {
  component = made
}
const { directory, insecure } = options
await startActor(talk, 'Asker', { discovery: `static:${directory}`, insecure, logLevel: 'warn' })
const port = component.questions
await until(() => port.connected === 1)
if (options.inFlight === 1) {
  const us = await oneByOne(ask, options)
  tell({ type: 'done', us: [...us], asked: us.length, answered: us.length })
} else {
  const count = new TripCount(options)
  await Promise.all(Array.from({ length: options.inFlight }, () => loop(count)))
  tell({ type: 'done', rate: count.rate(), asked: count.asked, answered: count.answered })
}

async function loop(count) {
  while (count.open) {
    await ask(count.asked++)
    count.add()
  }
}

async function ask(number) {
  const question = questionOf(number)
  const answer = await port.ask(question)
  if (answer.id !== question.id) throw new Error(`asked ${question.id}, got the answer to ${answer.id}`)
}
