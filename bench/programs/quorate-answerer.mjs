// Our answerer: zod has checked the question, and the asker checks the answer.

import { startActor } from 'quorate'
import { tell } from './channel.mjs'
import { talk } from './question.mjs'
import './task.mjs'

const running = await startActor(talk, 'Answerer', { discovery: 'static:', logLevel: 'warn' })
tell({ type: 'directory', directory: running.directory })
