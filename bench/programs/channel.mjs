// How a program of the bench talks with it: options as JSON in its argument, messages over IPC. It ends
// when the channel does.

/** What the bench gave this program. */
export const options = JSON.parse(process.argv[2] ?? '{}')

process.on('disconnect', () => process.exit(0))

/** Tells the bench. */
export function tell(message) {
  process.send?.(message)
}

/** Calls `handler` for each message of a type that the bench sends. */
export function onTold(type, handler) {
  process.on('message', (message) => {
    if (message.type === type) handler(message)
  })
}

/** Milliseconds of the clock that all processes of a machine share. */
export function now() {
  return Number(process.hrtime.bigint()) / 1e6
}

/** Resolves when `holds()` does; asks every few milliseconds. */
export async function until(holds) {
  while (!holds()) await new Promise((done) => setTimeout(done, 5))
}
