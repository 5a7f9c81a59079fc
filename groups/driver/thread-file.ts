/** Where the thread of groups is, and how it is started: see ../thread.ts. */
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'
import { Worker, type WorkerOptions } from 'node:worker_threads'

/** As it was written, or joined with other files, one folder below the root of what was compiled. */
const AS_WRITTEN = import.meta.url.endsWith('/driver/thread-file.ts')
const FILE = new URL(AS_WRITTEN ? '../thread.ts' : '../groups/thread.js', import.meta.url)

/** What the process was started with, as `--import`, is for the code of its user alone. */
export function startThread(given: WorkerOptions): Worker {
  const options = { ...given, execArgv: [] }
  if (!AS_WRITTEN) return new Worker(FILE, options)
  // Tests run what was not compiled by tsx, which threads do not take over by themselves; its twin for
  // require() cannot do this.
  const tsx = pathToFileURL(
    createRequire(import.meta.url)
      .resolve('tsx/esm/api')
      .replace(/\.cjs$/, '.mjs'),
  )
  const code = `import('${tsx}').then((tsx) => (tsx.register(), import('${FILE}')))`
  return new Worker(code, { ...options, eval: true })
}
