// What the bench gave a program to do, as JSON in its argument. The program ends when its channel does.

/** The options of the run. */
export const options = JSON.parse(process.argv[2] ?? '{}')

process.on('disconnect', () => process.exit(0))

/** Resolves when `holds()` does; asks every few milliseconds. */
export async function until(holds) {
  while (!holds()) await new Promise((done) => setTimeout(done, 5))
}
