import { rejects } from 'node:assert/strict'
import { InprocDriver } from '../../../communicator/drivers/inproc.js'
import type { Driver, Listening, Pipe, PipeHandler } from '../../../communicator/index.js'
import { driverCompliance } from '../../../testing/index.js'

/** A pipe that does one thing otherwise. */
type Fault = (pipe: Pipe) => Pipe

/** The pipe with some of it replaced. */
function but(pipe: Pipe, other: Partial<Pipe>): Pipe {
  return {
    facts: pipe.facts,
    open: (handler) => pipe.open(handler),
    send: (head, body) => pipe.send(head, body),
    pause: () => pipe.pause(),
    resume: () => pipe.resume(),
    end: (withinMs) => pipe.end(withinMs),
    destroy: (error) => pipe.destroy(error),
    ...other,
  }
}

/** The handler with some of it replaced. */
function heardBy(handler: PipeHandler, other: Partial<PipeHandler>): PipeHandler {
  return {
    get mostBytes() {
      return handler.mostBytes
    },
    frame: (frame) => handler.frame(frame),
    drained: () => handler.drained(),
    closed: (error) => handler.closed(error),
    ...other,
  }
}

function faulty(fault: Fault): Driver {
  const { schemes, secureSchemes, capabilities } = new InprocDriver()
  return {
    schemes,
    secureSchemes,
    capabilities,
    connect: async (params, signal) => fault(await new InprocDriver().connect(params, signal)),
    listen: (params, handler): Promise<Listening> => {
      const connected = (pipe: Pipe): void => handler.connected(fault(pipe))
      return new InprocDriver().listen(params, { connected, failed: (error) => handler.failed(error) })
    },
  }
}

const faults: Readonly<Record<string, readonly [check: string, fault: Fault]>> = {
  'loses a byte': [
    'joins the head and the body of a frame',
    (pipe) => but(pipe, { send: (head, body) => pipe.send(head, body?.subarray(1)) }),
  ],
  'swaps frames': [
    'carries many small frames of one turn in order',
    (pipe) => {
      const held: Buffer[] = []
      return but(pipe, {
        open: (handler) => {
          const frame = (each: Buffer): void => {
            held.push(each)
            if (held.length > 1) for (const one of held.splice(0).reverse()) handler.frame(one)
          }
          pipe.open(heardBy(handler, { frame }))
        },
      })
    },
  ],
  'uses its memory again': [
    'hands out bytes that stay as they are',
    (pipe) =>
      but(pipe, {
        open: (handler) => {
          const one = Buffer.alloc(1_000_000)
          const frame = (each: Buffer): void => handler.frame(one.subarray(0, each.copy(one)))
          pipe.open(heardBy(handler, { frame }))
        },
        send: (head) => pipe.send(head),
      }),
  ],
  'always has room': [
    'holds back who sends to a side that is paused, within bounds',
    (pipe) => but(pipe, { send: (head, body) => pipe.send(head, body) || true }),
  ],
  'tells its end twice': [
    'ends where both sides end it',
    (pipe) =>
      but(pipe, {
        open: (handler) => {
          const closed = (): void => {
            handler.closed()
            handler.closed()
          }
          pipe.open(heardBy(handler, { closed }))
        },
      }),
  ],
  'throws away what was sent last when it ends': [
    'ends after what was sent before',
    (pipe) => {
      const held: (readonly [Buffer, Uint8Array | undefined])[] = []
      return but(pipe, {
        send: (...parts) => {
          held.push([parts[0], parts[1]])
          for (const [head, body] of held.splice(0, held.length - 1)) pipe.send(head, body)
          return true
        },
      })
    },
  ],
  'takes frames of any size': [
    'ends at a frame that is longer than its handler takes',
    (pipe) => but(pipe, { open: (handler) => pipe.open(heardBy(handler, { mostBytes: 1_000_000 })) }),
  ],
}

describe('the compliance suite of drivers', () => {
  let made = 0
  const underTest = (driver: () => Driver) => ({ driver, url: () => `inproc://suite-${++made}` })

  for (const [name, [check, fault]] of Object.entries(faults)) {
    it(`finds a driver that ${name}`, async () => {
      const found = driverCompliance(underTest(() => faulty(fault))).find((each) => each.name === check)
      if (!found) throw new Error(`there is no check that a driver ${check}`)
      await rejects(found.run(), { code: 'ERR_ASSERTION' })
    })
  }
})
