/** How the inverters say what they say. */

export function kW(value: number): string {
  return `${value.toFixed(1)} kW`
}

/** `5 inverters`, `1 breaker`. */
export function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`
}

/** Milliseconds since 1970 as a time of day, to the millisecond. */
export function timeOfDay(ms: number): string {
  const date = new Date(ms)
  return `${date.toTimeString().slice(0, 8)}.${String(date.getMilliseconds()).padStart(3, '0')}`
}
