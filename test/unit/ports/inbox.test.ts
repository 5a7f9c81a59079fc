import { expect } from 'chai'
import { Inbox } from '../../../ports/inbox.js'
import { limits } from '../../../ports/limits.js'
import { rejectionOf } from '../../rejection.js'

describe('inbox', () => {
  it('gives messages in the order in which they came, also to those who waited', async () => {
    const inbox = new Inbox<number>()
    inbox.push(1)
    inbox.push(2)
    const taken = [1, 2, 3, 4].map(() => inbox.take('a.sub', undefined))
    inbox.push(3)
    inbox.push(4)
    expect(await Promise.all(taken)).to.deep.equal([1, 2, 3, 4])
  })

  it('gives a message that is undefined as any other', async () => {
    const inbox = new Inbox<undefined>()
    inbox.push(undefined)
    expect(await inbox.take('a.sub', 10)).to.equal(undefined)
  })

  it('rejects with timeout where nothing comes; what comes later goes to the next who asks', async () => {
    const inbox = new Inbox<number>()
    expect(await rejectionOf(inbox.take('a.sub', 1))).to.include({ code: 'timeout' })
    inbox.push(7)
    expect(await inbox.take('a.sub', 1)).to.equal(7)
  })

  it('is full at its bound, and tells who waits for room when one is taken', async () => {
    const inbox = new Inbox<number>()
    for (let i = 0; i < limits.inboxMessages; i++) {
      expect(inbox.full).to.equal(false)
      inbox.push(i)
    }
    expect(inbox.full).to.equal(true)
    const room = inbox.room()
    await inbox.take('a.sub', undefined)
    await room
    expect(inbox.full).to.equal(false)
    await inbox.room()
  })

  it('gives many, as a frame may bring, in their order and in little time', async () => {
    const inbox = new Inbox<number>()
    for (let n = 0; n < 200_000; n++) inbox.push(n)
    for (let n = 0; n < 200_000; n++) {
      if ((await inbox.take('a.sub', undefined)) !== n) throw new Error(`${n} is not in its place`)
    }
    expect(inbox.full).to.equal(false)
    inbox.push(1)
    expect(await inbox.take('a.sub', undefined)).to.equal(1)
  })

  it('waits as long as it was told, however long that is', async () => {
    const inbox = new Inbox<number>()
    const taken = [Number.POSITIVE_INFINITY, 2 ** 40].map((timeoutMs) => inbox.take('a.sub', timeoutMs))
    await new Promise((resolve) => setTimeout(resolve, 20))
    inbox.push(1)
    inbox.push(2)
    expect(await Promise.all(taken)).to.deep.equal([1, 2])
  })

  it('rejects who waits with closed, drops what it held and makes room', async () => {
    const inbox = new Inbox<number>()
    const waiting = rejectionOf(inbox.take('a.sub', undefined))
    inbox.clear('a.sub')
    expect(await waiting).to.include({ code: 'closed' })
    for (let i = 0; i < limits.inboxMessages; i++) inbox.push(i)
    const room = inbox.room()
    inbox.clear('a.sub')
    await room
    expect(await rejectionOf(inbox.take('a.sub', 1))).to.include({ code: 'timeout' })
  })
})
