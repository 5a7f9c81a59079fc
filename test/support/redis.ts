/** A real Redis of a test's own, in memory, at a port of loopback. */
import { execFileSync } from 'node:child_process'
import { Redis } from 'ioredis'
import type { CliForTests, CliProcess } from './cli.js'
import { freePort } from './free-port.js'

/** Why there is no Redis to test with; undefined where there is one. */
export function redisMissing(): string | undefined {
  try {
    execFileSync('redis-server', ['--version'])
    return undefined
  } catch {
    return 'needs redis-server, of the Debian package of that name'
  }
}

export class RedisServer {
  readonly port: number
  readonly #process: CliProcess

  private constructor(port: number, process: CliProcess) {
    this.port = port
    this.#process = process
  }

  /** Answers when it is there; ends with what else the command line has started. */
  static async start(cli: CliForTests, port?: number): Promise<RedisServer> {
    const at = port ?? (await freePort())
    const quiet = ['--save', '', '--appendonly', 'no', '--bind', '127.0.0.1']
    const process = cli.program(['redis-server', '--port', String(at), ...quiet])
    await process.line(/Ready to accept connections/)
    return new RedisServer(at, process)
  }

  client(): Redis {
    return new Redis({ host: '127.0.0.1', port: this.port, retryStrategy: () => null })
  }

  async kill(): Promise<void> {
    await this.#process.kill()
  }
}
