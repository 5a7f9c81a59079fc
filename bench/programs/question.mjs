// The app of the ask() runs, and the value that goes to and fro: 100 bytes as MessagePack.

import { actor, app, Component, message } from 'quorate'
import { z } from 'zod'

const schema = z.object({ id: z.int(), text: z.string() })
export const Question = message('Question', schema)
export const Answer = message('Answer', schema)

/** Ids from here on take five bytes each. */
const FIRST_ID = 100_000
const TEXT = 'x'.repeat(82)

export function questionOf(number) {
  return { id: FIRST_ID + number, text: TEXT }
}

/** What the asker's process gets from its component. */
export const duty = { ready: undefined }

class Asker extends Component {
  questions = this.qry(Question, Answer)

  onActivate() {
    duty.ready(this)
  }
}

class Answerer extends Component {
  questions = this.ans(Question, Answer, (question, reply) => reply(question))
}

export const talk = app('bench-talk', {
  actors: {
    Asker: actor({ components: () => ({ asker: [Asker, {}] }) }),
    Answerer: actor({ components: () => ({ answerer: [Answerer, {}] }) }),
  },
})
