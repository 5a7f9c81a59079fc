/** What the bench believes of sockets: whether they are locked, asked from outside. */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { expect } from 'chai'
import { Context, curveKeyPair, Router } from 'zeromq'
import { z } from 'zod'
import { projectRoot } from '../../project.js'
import { skip } from '../../skip.js'

const answer = z.object({ told: z.array(z.object({ pid: z.number(), mechanisms: z.array(z.string()) })) })

/** How the sockets of this process speak. */
async function mechanismsHere(): Promise<string[]> {
  const options = JSON.stringify({ pids: [process.pid] })
  const program = fork(join(projectRoot, 'bench/programs/mechanisms.mjs'), [options], { execArgv: [] })
  const ended = once(program, 'exit')
  const [message] = await once(program, 'message')
  program.disconnect()
  await ended
  return answer.parse(message).told.flatMap(({ mechanisms }) => mechanisms)
}

describe('the sockets of a process, for the bench', function () {
  this.timeout(20_000)
  before(function () {
    if (process.platform !== 'linux') skip(this, 'needs Linux, whose kernel tells what listens')
  })

  it('say from outside whether they are locked', async () => {
    const context = new Context()
    const { secretKey } = curveKeyPair()
    const sockets = [
      new Router({ context, linger: 0 }),
      new Router({ context, linger: 0, curveServer: true, curveSecretKey: secretKey }),
    ]
    const before = await mechanismsHere()
    try {
      for (const socket of sockets) await socket.bind('tcp://127.0.0.1:*')
      expect(await mechanismsHere()).to.have.members([...before, 'NULL', 'CURVE'])
    } finally {
      for (const socket of sockets) socket.close()
    }
  })
})
