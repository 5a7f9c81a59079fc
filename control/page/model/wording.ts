/** How figures are said: as `quorate top` says them. Pure. */

const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB']

export function bytesText(bytes: number | null | undefined): string {
  if (bytes === null || bytes === undefined) return '–'
  let [value, unit] = [bytes, 0]
  for (; value >= 1024 && unit < UNITS.length - 1; unit++) value /= 1024
  return `${value.toFixed(unit === 0 ? 0 : 1)} ${UNITS[unit]}`
}

const figures = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 })

/** `1,240`, `3.5`, and `–` for what is not known. */
export function figure(value: number | null | undefined): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return '–'
  return Math.abs(value) < 10 && !Number.isInteger(value) ? value.toFixed(1) : figures.format(value)
}

export function msText(value: number | null | undefined): string {
  return value === null || value === undefined ? '–' : `${figure(value)} ms`
}

/** `4 s`, `3 min`, `5 h`, `2 d`. */
export function duration(ms: number): string {
  const seconds = Math.max(0, ms) / 1000
  if (seconds < 60) return `${Math.floor(seconds)} s`
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`
  return seconds < 86_400 ? `${Math.floor(seconds / 3600)} h` : `${Math.floor(seconds / 86_400)} d`
}

export function counted(count: number, what: string): string {
  return `${figures.format(count)} ${what}${count === 1 ? '' : 's'}`
}

/** JSON on one line, cut where it is long. */
export function valueText(value: unknown, most = 120): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? '–')
  return text.length > most ? `${text.slice(0, most)}…` : text
}
