/** `quorate hub` as a user starts it. Each of them ends after its test, with all that `cli` has started. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { HubUser } from '../../control/index.js'
import type { CliForTests, CliProcess } from './cli.js'
import { freePort } from './free-port.js'

export class HubProcess {
  readonly url: string
  readonly data: string
  readonly #cli: CliForTests
  #process: CliProcess | undefined

  constructor(cli: CliForTests, data: string, port: number) {
    this.#cli = cli
    this.data = data
    this.url = `http://127.0.0.1:${port}`
  }

  get tokenFile(): string {
    return join(this.data, 'token')
  }

  get token(): string {
    return readFileSync(this.tokenFile, 'utf8').trim()
  }

  /** What `quorate run`, and `quorate agent`, are told of it. */
  get args(): readonly string[] {
    return ['--hub', this.url, '--hub-token-file', this.tokenFile]
  }

  /** Listens when it is there; the same as before, where it has been killed. */
  async start(): Promise<void> {
    const { port } = new URL(this.url)
    this.#process = this.#cli.start(['hub', '--port', port, '--data', this.data, '--json'])
    await this.#process.line(/"ready"/)
  }

  /** kill -9. */
  async kill(): Promise<void> {
    this.#process?.signal('SIGKILL')
    await this.#process?.ended
  }

  user(): HubUser {
    return new HubUser({ url: this.url, token: this.token })
  }

  /** As one without a client asks it; gives the body of the answer. */
  async ask(method: string, path: string, body?: object): Promise<unknown> {
    const headers = { authorization: `Bearer ${this.token}`, 'content-type': 'application/json' }
    const text = body && { body: JSON.stringify(body) }
    return (await fetch(`${this.url}${path}`, { method, headers, ...text })).json()
  }
}

/** Registers its hooks with the suite that calls it. */
export function hubProcesses(cli: CliForTests): { start(): Promise<HubProcess> } {
  const folders: string[] = []
  after(async () => {
    await cli.end()
    for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
  })
  return {
    start: async () => {
      const data = mkdtempSync(join(tmpdir(), 'quorate-hub-'))
      folders.push(data)
      const hub = new HubProcess(cli, data, await freePort())
      await hub.start()
      return hub
    },
  }
}
