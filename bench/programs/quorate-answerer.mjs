// Our answerer: zod has checked the question, and the asker checks the answer.

import { startActor } from 'quorate'
import { tell } from './channel.mjs'
import { talk } from './question.mjs'
import { options } from './task.mjs'

const { insecure } = options
const running = await startActor(talk, 'Answerer', { discovery: 'static:', insecure, logLevel: 'warn' })
tell({ type: 'directory', directory: running.directory })
