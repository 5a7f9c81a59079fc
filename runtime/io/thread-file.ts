/** Where the io thread is, and how it is started: see thread.ts. */
import { Worker, type WorkerOptions } from 'node:worker_threads'

/** As it was written, which only tests run; or joined with other files, one folder below the root. */
const AS_WRITTEN = import.meta.url.endsWith('/io/thread-file.ts')
/** What is compiled, in either case: a thread runs no TypeScript by itself. */
const FILE = new URL(
  AS_WRITTEN ? '../../dist/runtime/io/thread.js' : '../runtime/io/thread.js',
  import.meta.url,
)

/** What the process was started with, as `--import`, is for the code of its user alone. */
export function startThread(options: WorkerOptions): Worker {
  return new Worker(FILE, { ...options, execArgv: [] })
}
