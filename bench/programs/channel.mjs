// How a process of the bench talks with it: messages over the IPC channel that it was started with.

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
