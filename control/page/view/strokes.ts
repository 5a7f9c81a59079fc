/** How the lines of a type of messages, or of a figure, look: by colour, and by their dashes. */
const STROKES = 6

export function strokeOf(at: number): string {
  return `stroke-${at % STROKES}`
}
