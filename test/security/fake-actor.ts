/**
 * An actor that is none: it listens with sockets of its own, lists what a true actor lists under their
 * addresses, and answers as one. What comes to its sockets has been lured there.
 */
import { randomBytes } from 'node:crypto'
import type { Router, Socket, XPublisher } from 'zeromq'
import { BEAT_FRAME, frameOf, readFromDirectory, readToDirectory } from '../../discovery/directory-frames.js'
import { type ActorRecord, type Listing, type RevokedAd, sealRecord } from '../../discovery/index.js'
import { bareFrame, HELLO, readHeader } from '../../ports/frame.js'
import { encode, newLinkId } from '../../ports/index.js'
import type { Holder } from '../../ports/security/index.js'
import { liveTopic, ownTopic, readSubscription } from '../../ports/subscription.js'
import { eventually } from '../support/eventually.js'
import { type AttackedApp, HOST } from './cell.js'
import type { Guest, Mechanism } from './intruders.js'
import { introduceAt } from './knocks.js'
import type { Line, RawSockets } from './raw-sockets.js'

const BEAT_MS = 100

export interface FakeOptions {
  readonly raw: RawSockets
  readonly app: string
  /** What it lists, under its own addresses. */
  readonly listing: Listing
  /** How its directory listens, and how all else does. */
  readonly directory: Mechanism
  readonly ports: Mechanism
}

/** What the server of an app lists, as whoever has a key is told. */
export async function listingOf(raw: RawSockets, { server }: AttackedApp, good: Guest): Promise<Listing> {
  await introduceAt(raw, server.record.seal?.door ?? 0, good)
  const line = raw.dealer(good.dials(server.key), newLinkId(randomBytes(8).toString('hex')))
  line.socket.connect(`tcp://${HOST}:${server.record.port}`)
  await line.socket.send(frameOf({ t: 'hello', wire: [1], role: 'observer', key: '' }))
  await eventually(() => line.heard.length > 0, 'a welcome')
  const welcome = readFromDirectory(line.heard[0]?.[0] ?? Buffer.alloc(0))
  if (typeof welcome === 'string' || welcome.t !== 'welcome') throw new Error(JSON.stringify(welcome))
  return welcome
}

export class FakeActor {
  readonly id = randomBytes(8).toString('hex')
  /** By what is lured there: the kinds of port that listen, and `directory`. */
  readonly lines = new Map<string, Line<Router> | Line<XPublisher>>()
  /** How often it was asked for its list of who is revoked. */
  asked = 0
  readonly #options: FakeOptions
  /** Those who said hello. */
  readonly #greeted: Buffer[] = []
  #revoked: { readonly ad: RevokedAd; readonly list: Buffer } | undefined
  #directory: Line<Router> | undefined
  #record: ActorRecord | undefined
  #listing: Listing | undefined

  constructor(options: FakeOptions) {
    this.#options = options
  }

  /** Listens. Its record is of the actor that it pretends to be. */
  async open(): Promise<void> {
    const { raw, directory, ports: mechanism } = this.#options
    const member = this.id + randomBytes(8).toString('hex')
    const { ports, groups = [], types } = this.#options.listing
    const listed: Listing['ports'][number][] = []
    for (const ad of ports.filter(({ endpoint }) => endpoint !== '')) {
      listed.push({ ...ad, endpoint: await this.#listen(ad.kind, this.#lineOf(ad.kind, mechanism)) })
    }
    const gpub = await this.#listen('gpub', raw.publisher(mechanism))
    const gans = await this.#listen('gans', raw.router(mechanism))
    const [group] = groups
    const { leads: _, ...ad } = group ?? {}
    const joined = group ? [{ ...group, ...ad, member, gpub, gans, leads: undefined }] : []
    this.#listing = { ports: listed, types, groups: joined }
    const line = raw.router(directory, (parts) => this.#atDirectory(line, parts))
    this.#directory = line
    const at = await this.#listen('directory', line)
    const port = Number(at.split(':').at(-1))
    const { app } = this.#options
    this.#record = { id: this.id, app, actor: 'Server', host: HOST, port, key: '', generation: 0, wire: [1] }
  }

  /** What is announced of it, sealed by the holder of a key; in clear, under this key, without a holder. */
  record(holder: Holder | undefined, key = ''): ActorRecord {
    if (!this.#record) throw new Error('it is not open')
    // Nobody introduces itself there.
    return holder ? sealRecord(this.#record, holder, 9) : { ...this.#record, key }
  }

  /** Answers in its directory with this record. */
  answersWith(record: ActorRecord): void {
    this.#record = record
  }

  /** Says from now on that it has the list of this number, and gives this to who asks. */
  offers(number: number, list: Buffer): void {
    this.#revoked = { ad: { number, digest: randomBytes(16).toString('hex') }, list }
    for (const who of this.#greeted) this.#welcome(who)
  }

  /** What came to it, by where. */
  get lured(): Readonly<Record<string, number>> {
    return Object.fromEntries([...this.lines].map(([name, { heard }]) => [name, heard.length]))
  }

  /** Connections of TCP, and those whose handshake it completed. */
  get connections(): { readonly tried: number; readonly stood: number } {
    const all = [...this.lines.values()]
    const sum = (of: (line: Line<Socket & AsyncIterable<Buffer[]>>) => number): number =>
      all.reduce((total, line) => total + of(line), 0)
    return { tried: sum(({ accepted }) => accepted), stood: sum(({ admitted }) => admitted) }
  }

  async #listen(name: string, line: Line<Router> | Line<XPublisher>): Promise<string> {
    this.lines.set(name, line)
    await line.socket.bind(`tcp://${HOST}:*`)
    return line.socket.lastEndpoint ?? ''
  }

  #lineOf(kind: string, mechanism: Mechanism): Line<Router> | Line<XPublisher> {
    const { raw } = this.#options
    if (kind !== 'pub') {
      const router = raw.router(mechanism, (parts) => answer(router, parts))
      return router
    }
    const publisher = raw.publisher(mechanism, ([message]) => void this.#publish(publisher, message))
    return publisher
  }

  /** A word to whoever has subscribed. */
  async #publish({ socket }: Line<XPublisher>, message: Buffer | undefined): Promise<void> {
    const news = message && readSubscription(message)
    if (!news) return
    const { buffer, start, end } = encode({ text: 'of a guest' }, 'a word')
    await socket.send(Buffer.concat([ownTopic(news.link, this.id), bareFrame(HELLO, 1)]))
    await socket.send(Buffer.concat([liveTopic(this.id), bareFrame(0, 1), buffer.subarray(start, end)]))
  }

  #atDirectory(line: Line<Router>, [who, frame]: Buffer[]): void {
    const said = frame && readToDirectory(frame)
    if (!who || !said || typeof said === 'string') return
    if (said.t === 'revoked' && this.#revoked) {
      this.asked++
      this.#send(who, frameOf({ t: 'revoked', list: this.#revoked.list }))
    }
    if (said.t !== 'hello' || !this.#record) return
    this.#greeted.push(who)
    this.#welcome(who)
    const beats = setInterval(() => {
      if (line.socket.closed) clearInterval(beats)
      else line.socket.send([who, BEAT_FRAME]).catch(() => clearInterval(beats))
    }, BEAT_MS)
  }

  #welcome(who: Buffer): void {
    const self = this.#record
    if (!self || !this.#listing) return
    const revoked = this.#revoked ? { revoked: this.#revoked.ad } : {}
    this.#send(who, frameOf({ t: 'welcome', wire: 1, self, beatMs: BEAT_MS, ...revoked, ...this.#listing }))
  }

  #send(who: Buffer, frame: Buffer): void {
    this.#directory?.socket.send([who, frame]).catch(() => undefined)
  }
}

/** Greets who says hello, and gives back whatever is asked. */
function answer({ socket }: Line<Router>, [who, frame]: Buffer[]): void {
  const header = frame && readHeader(frame)
  if (!who || !header || typeof header === 'string') return
  const back =
    header.flags & HELLO
      ? bareFrame(HELLO, 0)
      : Buffer.concat([bareFrame(0, header.sequence), frame.subarray(header.payload)])
  socket.send([who, back]).catch(() => undefined)
}
