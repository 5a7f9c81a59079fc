/** Arrows go from row to row in a list or table of buttons. */

const STEPS: Readonly<Record<string, number>> = { ArrowDown: 1, ArrowUp: -1, Home: -Infinity, End: Infinity }

export function rowKeys(event: KeyboardEvent): void {
  const step = STEPS[event.key]
  if (step === undefined || !(event.currentTarget instanceof HTMLElement)) return
  const all = [...event.currentTarget.querySelectorAll<HTMLElement>('[data-worker], [data-row]')]
  const here = event.target instanceof HTMLElement ? all.indexOf(event.target) : -1
  const next = all[Math.min(all.length - 1, Math.max(0, here === -1 ? 0 : here + step))]
  if (!next) return
  event.preventDefault()
  next.focus()
}
