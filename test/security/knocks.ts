/**
 * How a guest comes to each kind of socket that an actor listens at: what it says there is what a peer would
 * say, and is sent the moment that it is let in.
 */
import { randomBytes } from 'node:crypto'
import { frameOf } from '../../discovery/directory-frames.js'
import { Envelope, routingIdOf } from '../../groups/driver/frames.js'
import { bareFrame } from '../../ports/frame.js'
import { helloFrame } from '../../ports/hello.js'
import { encode, newLinkId } from '../../ports/index.js'
import { answerIn, introductionOf } from '../../ports/security/index.js'
import { liveTopic, ownTopic } from '../../ports/subscription.js'
import type { GroupPortInfo } from '../../runtime/index.js'
import type { AttackedApp } from './cell.js'
import type { Guest, Mechanism } from './intruders.js'
import type { RawSockets } from './raw-sockets.js'

/** Who a guest says that it is. */
const GUEST_ID = 'be'.repeat(8)

/** An attempt at one socket. */
export interface Knock {
  /** Comes to its end: the connection stands, or has been refused. */
  tried(): Promise<'admitted' | 'refused'>
  /** All that came to the guest. */
  readonly heard: readonly Buffer[][]
  /** What a guest that is let in hears at last. */
  isServed(): boolean
}

export interface Door {
  readonly name: string
  knock(raw: RawSockets, app: AttackedApp, mechanism: Mechanism): Knock
}

/** Shows the certificate of a guest where strangers do; resolves with the answer. */
export async function introduceAt(raw: RawSockets, port: number, { holder }: Guest) {
  const line = raw.dealer({}, newLinkId(GUEST_ID))
  const asked = new Promise<void>((resolve, reject) => {
    line.socket.events.on('handshake', () => {
      line.socket.send(introductionOf(holder?.certificate.bytes ?? Buffer.alloc(0))).then(resolve, reject)
    })
  })
  const heard = new Promise<Buffer[]>((resolve) => {
    const look = setInterval(() => {
      const [first] = line.heard
      if (!first) return
      clearInterval(look)
      resolve(first)
    }, 2)
  })
  line.socket.connect(`tcp://127.0.0.1:${port}`)
  await asked
  return answerIn(await heard)
}

/** Asks with the words of a peer; served when its word comes back. */
function asking(name: string, port: 'desk' | 'counter' | 'hatch'): Door {
  return {
    name,
    knock: (raw, { server }, mechanism) => {
      const line = raw.dealer(mechanism, newLinkId(GUEST_ID))
      line.socket.connect(server.it[port].endpoint)
      const from = { actor: 'Guest', component: 'it', port: 'asks' }
      const { buffer, start, end } = encode({ text: 'of a guest' }, 'a word')
      const query = Buffer.concat([bareFrame(0, 1), buffer.subarray(start, end)])
      // They wait in the socket until somebody lets it in.
      for (const frame of [helloFrame(server.actor.id, from), query]) void line.socket.send(frame)
      return {
        tried: () => line.tried(),
        heard: line.heard,
        isServed: () => line.heard.some((parts) => String(parts[0]).includes('of a guest')),
      }
    },
  }
}

const pub: Door = {
  name: 'pub',
  knock: (raw, { server }, mechanism) => {
    const line = raw.subscriber(mechanism)
    line.socket.subscribe(liveTopic(server.actor.id), ownTopic(newLinkId(GUEST_ID), server.actor.id), '')
    line.socket.connect(server.it.news.endpoint)
    const isServed = () => line.heard.some((parts) => String(parts[0]).includes('round'))
    return { tried: () => line.tried(), heard: line.heard, isServed }
  },
}

function envelopeOf(app: AttackedApp, id: string): [envelope: Envelope, victim: string] {
  const { cell } = app.server.it
  return [new Envelope(`${app.name}/${cell?.name}`, id), cell?.id ?? '']
}

function addressOf(info: GroupPortInfo | undefined): string {
  return `tcp://${info?.host}:${info?.port}`
}

const groupPub: Door = {
  name: 'gpub',
  knock: (raw, app, mechanism) => {
    const id = randomBytes(16).toString('hex')
    const [envelope, victim] = envelopeOf(app, id)
    const line = raw.subscriber(mechanism)
    line.socket.subscribe(envelope.liveTopic(victim), envelope.ownTopic(victim, id), '')
    line.socket.connect(addressOf(app.server.it.cell?.ports.gpub))
    const isServed = () => line.heard.some((parts) => String(parts[0]).includes('round'))
    return { tried: () => line.tried(), heard: line.heard, isServed }
  },
}

const groupAns: Door = {
  name: 'gans',
  knock: (raw, app, mechanism) => {
    const id = randomBytes(16).toString('hex')
    const [envelope, victim] = envelopeOf(app, id)
    const line = raw.dealer(mechanism, routingIdOf(id))
    line.socket.connect(addressOf(app.server.it.cell?.ports.gans))
    void line.socket.send(envelope.greeting('hello', victim))
    return { tried: () => line.tried(), heard: line.heard, isServed: () => line.heard.length > 0 }
  },
}

const directory: Door = {
  name: 'directory',
  knock: (raw, { server }, mechanism) => {
    const line = raw.dealer(mechanism, newLinkId(GUEST_ID))
    line.socket.connect(`tcp://127.0.0.1:${server.record.port}`)
    void line.socket.send(frameOf({ t: 'hello', wire: [1], role: 'observer', key: '' }))
    void line.socket.send(frameOf({ t: 'status' }))
    const isServed = () =>
      ['welcome', 'status'].every((t) => line.heard.some((parts) => String(parts[0]).includes(t)))
    return { tried: () => line.tried(), heard: line.heard, isServed }
  },
}

const commands: Door = {
  name: 'commands',
  knock: (raw, { server }, mechanism) => {
    const line = raw.dealer(mechanism, newLinkId(GUEST_ID))
    line.socket.connect(`tcp://127.0.0.1:${server.commands?.command}`)
    void line.socket.send(['', '{"command":0,"nonce":1}'])
    const isServed = () => line.heard.some((parts) => String(parts[1]).includes('"nonce":1'))
    return { tried: () => line.tried(), heard: line.heard, isServed }
  },
}

const events: Door = {
  name: 'events',
  knock: (raw, { server }, mechanism) => {
    const line = raw.subscriber(mechanism)
    line.socket.subscribe('')
    line.socket.connect(`tcp://127.0.0.1:${server.commands?.subscriber}`)
    const isServed = () => line.heard.some((parts) => String(parts[1]).includes('round'))
    return { tried: () => line.tried(), heard: line.heard, isServed }
  },
}

/** Every socket that listens, but the one where strangers introduce themselves. */
export const doors: readonly Door[] = [
  pub,
  asking('ans', 'desk'),
  asking('rep', 'counter'),
  asking('srv', 'hatch'),
  groupPub,
  groupAns,
  directory,
  commands,
  events,
]
