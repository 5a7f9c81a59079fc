import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { Recorder } from '../../../../../apps/quorate/recording/recorder.js'
import type { ActorRecord, Listing, PortAd } from '../../../../../discovery/index.js'
import { message } from '../../../../../ports/message.js'
import { Pub } from '../../../../../ports/pub.js'
import { adOf } from '../../../../../runtime/listing.js'
import { eventually } from '../../../../support/eventually.js'
import { TestActors, type TestEnvironment } from '../../../../support/port-environment.js'

describe('a recorder', () => {
  const actors = new TestActors()
  const folder = mkdtempSync(join(tmpdir(), 'quorate-recorder-'))
  let environment: TestEnvironment
  let recorder: Recorder
  let complaints: string[] = []
  let ends: unknown[] = []
  let files = 0
  let path = ''
  after(() => rmSync(folder, { recursive: true }))
  afterEach(async () => {
    await recorder.close()
    actors.close()
  })
  beforeEach(() => {
    environment = actors.add('Meter')
    record({})
  })

  function record({ wanted = [], bytes = 1_000_000 }: { wanted?: string[]; bytes?: number }): void {
    complaints = []
    ends = []
    path = join(folder, `${files++}.jsonl`)
    recorder = new Recorder({
      path,
      force: false,
      app: 'meters',
      wanted,
      bytes,
      insecure: true,
      complain: (text) => complaints.push(text),
      ended: (error) => ends.push(error),
    })
  }

  function recordOf({ actor, actorId: id }: TestEnvironment): ActorRecord {
    return { id, actor, app: 'meters', host: '127.0.0.1', port: 1, key: '', generation: 1, wire: [1] }
  }

  async function publishes(name: string, type = name, version = '1') {
    return environment.open(new Pub<unknown>(message(type, undefined, { version })), name)
  }

  function ad(port: Pub<unknown>): PortAd {
    return adOf(port, environment.actorId, 'here')
  }

  function lists(...ports: PortAd[]): void {
    const listing: Listing = { ports, types: [] }
    recorder.listed(recordOf(environment), listing)
  }

  function lines(): Record<string, unknown>[] {
    return readFileSync(path, 'utf8')
      .split('\n')
      .filter(Boolean)
      .map((line) => {
        const value: Record<string, unknown> = JSON.parse(line)
        return value
      })
  }

  it('is subscribed to what was listed last, however fast listings follow each other', async () => {
    const [a, b, c] = [await publishes('a'), await publishes('b'), await publishes('c')]
    lists(ad(a))
    await eventually(() => recorder.hasSubscribed, 'the first')
    lists(ad(b))
    lists(ad(c))
    await eventually(() => c.connected === 1 && a.connected + b.connected === 0, 'only the last')
    lists(ad(a))
    recorder.lost(environment.actorId)
    await eventually(() => a.connected + b.connected + c.connected === 0, 'none')
    expect(recorder.publishers).to.equal(0)
  })

  it('keeps two types of one name apart where their scopes differ', async () => {
    const [near, far] = [await publishes('near', 'M', '1'), await publishes('far', 'M', '2')]
    lists({ ...ad(near), scope: 'local@here' }, ad(far))
    await eventually(() => near.connected + far.connected === 2, 'both')
    near.send(1)
    far.send(2)
    await eventually(() => recorder.messages === 2, 'both messages')
    expect(complaints).to.deep.equal([])
    await recorder.close()
    const [, ...rest] = lines()
    const types = rest.filter(({ type }) => type).map(({ scope }) => scope)
    const messages = rest.filter(({ m }) => m).map(({ scope, v }) => [scope, v])
    expect(types).to.deep.equal(['local', 'global'])
    expect(messages).to.have.deep.members([
      ['local', 1],
      [undefined, 2],
    ])
  })

  it('is full where a line goes beyond its bytes, and takes no more', async () => {
    const a = await publishes('a')
    await recorder.close()
    record({ bytes: 600 })
    lists(ad(a))
    await eventually(() => a.connected === 1, 'the subscription')
    for (let n = 0; n < 20; n++) a.send(n)
    await eventually(() => ends.length === 1, 'the end')
    expect(recorder.isFull).to.equal(true)
    expect(recorder.messages).to.be.within(1, 19)
    await recorder.close()
    expect(recorder.bytes).to.be.below(600)
    expect(readFileSync(path)).to.have.length(recorder.bytes)
  })

  it('refuses a file that cannot be opened, at once', () => {
    const told = { complain: () => 0, ended: () => 0 }
    const options = { force: false, insecure: false, app: '', wanted: [], bytes: 1000, ...told }
    const nowhere = join(folder, 'nope', 'x.jsonl')
    expect(() => new Recorder({ ...options, path: nowhere })).to.throw(`${nowhere} cannot be written: ENOENT`)
    expect(() => new Recorder({ ...options, path })).to.throw(`${path} cannot be written: EEXIST`)
  })

  it('prints nothing that steers a terminal', () => {
    lists({ ...ad(new Pub<unknown>(message('M'))), component: '\u001b[2J', scope: 'internal@x' })
    expect(complaints.join()).to.match(/^\?\[2J/)
  })
})
