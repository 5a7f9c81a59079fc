/** Hubs in folders of their own, each stopped after its test. Registers its hooks with the suite. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Hub, type HubOptions } from '../../../control/hub/index.js'
import { HubUser, HubWorker, type HubWorkerOptions } from '../../../control/index.js'

export class HubsForTests {
  readonly #folders: string[] = []
  readonly #ending: (() => unknown)[] = []

  constructor() {
    afterEach(async () => {
      for (const end of this.#ending.splice(0).reverse()) await end()
      for (const folder of this.#folders.splice(0)) rmSync(folder, { recursive: true, force: true })
    })
  }

  folder(): string {
    const folder = mkdtempSync(join(tmpdir(), 'quorate-hub-'))
    this.#folders.push(folder)
    return folder
  }

  async start(options: Partial<HubOptions> = {}): Promise<Hub> {
    const hub = new Hub({ port: 0, data: options.data ?? this.folder(), ...options })
    this.#ending.push(() => hub.stop())
    await hub.start()
    return hub
  }

  user({ port, token }: Pick<Hub, 'port' | 'token'>): HubUser {
    const user = new HubUser({ url: `http://127.0.0.1:${port}`, token })
    this.#ending.push(() => user.close())
    return user
  }

  async worker(
    { port, token }: Pick<Hub, 'port' | 'token'>,
    options: Pick<HubWorkerOptions, 'name' | 'objects'> & Partial<HubWorkerOptions>,
  ): Promise<HubWorker> {
    const worker = new HubWorker({ url: `http://127.0.0.1:${port}`, token, ...options })
    this.#ending.push(() => worker.stop())
    await worker.start()
    return worker
  }
}
