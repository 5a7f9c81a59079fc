/** How the lines of a type of messages, or of a figure, look: by colour, and by their dashes. */

/** As `.stroke-0` and so on have them. */
const DASHES: readonly (readonly number[])[] = [[], [6, 4], [2, 3], [9, 3, 2, 3], [12, 4], [3, 6]]

/** The class. */
export function strokeOf(at: number): string {
  return `stroke-${at % DASHES.length}`
}

/** The custom property of the colour, and the dashes. */
export function brushOf(at: number): { readonly colour: string; readonly dashes: readonly number[] } {
  return { colour: `--stroke-${at % DASHES.length}`, dashes: DASHES[at % DASHES.length] ?? [] }
}
