/** Lays out a table of text in columns that fit a width. */

/** Columns that a text takes, as long as each of its characters takes one. */
export function columnsOf(text: string): number {
  return [...text].length
}

/** The text in at most so many columns; what is cut off shows as an ellipsis. */
export function cutTo(text: string, columns: number): string {
  if (columnsOf(text) <= columns) return text
  return columns < 1 ? '' : `${[...text].slice(0, columns - 1).join('')}…`
}

const GAP = 2
/** The last column, which holds lists, is cut first, down to this; then the widest ones. */
const NARROW_LAST = 14
/** No column is made narrower than this. */
const NARROW = 6

/**
 * The widths of columns that make rows fit into `total` columns with gaps between: as wide as what they hold
 * where there is room, else narrowed; only where `total` is very small the rows stay wider.
 */
export function widthsOf(rows: readonly (readonly string[])[], total: number): number[] {
  const most = (of: (row: readonly string[]) => number): number =>
    rows.reduce((most, row) => Math.max(most, of(row)), 0)
  const count = most((row) => row.length)
  const widths = Array.from({ length: count }, (_, column) => most((row) => columnsOf(row[column] ?? '')))
  let excess = widths.reduce((sum, width) => sum + width, GAP * (count - 1)) - total
  const last = widths.at(-1) ?? 0
  const spare = Math.min(Math.max(last - NARROW_LAST, 0), Math.max(excess, 0))
  if (spare > 0) widths[count - 1] = last - spare
  excess -= spare
  while (excess > 0) {
    const widest = widths.indexOf(Math.max(...widths))
    const width = widths[widest] ?? 0
    if (width <= NARROW) break
    widths[widest] = width - 1
    excess--
  }
  return widths
}

/**
 * One row as a line. Columns of numbers (`right`) are aligned to the right; the last column is not padded.
 */
export function lineOfRow(
  cells: readonly string[],
  widths: readonly number[],
  right: readonly number[] = [],
): string {
  return cells
    .map((cell, column) => {
      const width = widths[column] ?? 0
      const text = cutTo(cell, width)
      const padding = ' '.repeat(width - columnsOf(text))
      return right.includes(column) ? padding + text : text + padding
    })
    .join(' '.repeat(GAP))
    .trimEnd()
}
