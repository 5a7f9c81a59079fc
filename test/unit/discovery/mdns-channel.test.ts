import { expect } from 'chai'
import { discoveryLimits } from '../../../discovery/limits.js'
import { MdnsChannel } from '../../../discovery/mdns-channel.js'

const { announcements, announceWaitMs } = discoveryLimits
const QUERY = Buffer.from([0, 0, 0x00, 0, 0, 1, 0, 0, 0, 0, 0, 0])
const ANNOUNCEMENT = Buffer.from([0, 0, 0x84, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1])
const ANSWER_TOO = Buffer.from([0, 0, 0x84, 0, 0, 0, 0, 1, 0, 0, 0, 1, 2])
const ANSWER = Buffer.from([0, 0, 0x84, 0, 0, 0, 0, 1, 0, 0, 0, 1, 1])

describe('MdnsChannel', () => {
  let sent: { message: Buffer; atMs: number }[]
  let told: () => void
  let channel: MdnsChannel
  let isCrowd: boolean

  beforeEach(() => {
    sent = []
    told = () => undefined
    isCrowd = false
    channel = make(0)
  })

  afterEach(() => channel.close())

  function make(jitterMs: number): MdnsChannel {
    const record = (message: Buffer, done: (error: null) => void) => {
      sent.push({ message, atMs: performance.now() })
      done(null)
      told()
    }
    return new MdnsChannel(
      record,
      () => jitterMs,
      () => undefined,
      () => isCrowd,
    )
  }

  function send(message: Buffer): void {
    channel.send(message, 0, message.length, 5353, '224.0.0.251', () => undefined)
  }

  async function untilSent(count: number): Promise<void> {
    while (sent.length < count) {
      await new Promise<void>((resolve) => {
        told = resolve
      })
    }
  }

  it('lets questions and announcements through at once', () => {
    send(QUERY)
    send(QUERY)
    send(ANNOUNCEMENT)
    expect(sent.map(({ message }) => message)).to.deep.equal([QUERY, QUERY, ANNOUNCEMENT])
  })

  it('gives one answer to all who ask within a quarter of a second', async () => {
    for (let i = 0; i < 100; i++) send(ANSWER)
    expect(sent).to.have.length(1)
    await untilSent(2)
    const [first, second] = sent
    expect((second?.atMs ?? 0) - (first?.atMs ?? 0)).to.be.at.least(240)
    for (let i = 0; i < 100; i++) send(ANSWER)
    expect(sent).to.have.length(2)
  })

  it('spreads answers, but not announcements', async () => {
    channel.close()
    channel = make(30)
    const since = performance.now()
    send(ANSWER)
    send(ANNOUNCEMENT)
    await untilSent(2)
    expect(sent.map(({ message }) => message)).to.deep.equal([ANNOUNCEMENT, ANSWER])
    expect((sent[1]?.atMs ?? 0) - since).to.be.at.least(29)
  })

  it('answers no more once it was hushed, but lets the goodbye through', async () => {
    channel.close()
    channel = make(5)
    send(ANSWER)
    channel.hush()
    send(ANNOUNCEMENT)
    const later = make(20)
    later.send(ANSWER_TOO, 0, ANSWER_TOO.length, 5353, '224.0.0.251', () => undefined)
    await untilSent(2)
    later.close()
    expect(sent.map(({ message }) => message)).to.deep.equal([ANNOUNCEMENT, ANSWER_TOO])
  })

  it('announces again after a second, and three times at most; a goodbye always leaves', async () => {
    send(ANNOUNCEMENT)
    await untilSent(2)
    expect((sent[1]?.atMs ?? 0) - (sent[0]?.atMs ?? 0)).to.be.at.least(announceWaitMs - 10)
    for (let i = 0; i < 4; i++) send(Buffer.concat([ANNOUNCEMENT, Buffer.from([i])]))
    expect(sent).to.have.length(announcements)
    channel.hush()
    send(Buffer.concat([ANNOUNCEMENT, Buffer.from([5])]))
    expect(sent).to.have.length(announcements + 1)
  })

  it('counts an answer to all as an announcement', () => {
    send(ANNOUNCEMENT)
    send(ANSWER)
    send(ANSWER_TOO)
    send(Buffer.concat([ANNOUNCEMENT, Buffer.from([1])]))
    expect(sent.map(({ message }) => message)).to.deep.equal([ANNOUNCEMENT, ANSWER, ANSWER_TOO])
  })

  it('announces on where one has heard it, for another may not have; in a crowd once', () => {
    channel.wasHeard()
    send(ANNOUNCEMENT)
    channel.wasHeard()
    const next = Buffer.concat([ANNOUNCEMENT, Buffer.from([1])])
    send(next)
    expect(sent.map(({ message }) => message)).to.deep.equal([ANNOUNCEMENT, next])
    isCrowd = true
    send(Buffer.concat([ANNOUNCEMENT, Buffer.from([2])]))
    expect(sent).to.have.length(2)
  })

  it('survives a reader that throws, and tells who sent the packet', () => {
    const failed: string[] = []
    const guarded = new MdnsChannel(
      () => undefined,
      () => 0,
      (source) => failed.push(source),
    )
    guarded.on('message', () => {
      throw new Error('no')
    })
    guarded.deliver(QUERY, { address: '10.0.0.3', family: 'IPv4', port: 5353, size: 12 })
    expect(failed).to.deep.equal(['10.0.0.3'])
  })
})
