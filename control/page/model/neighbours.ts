/** To which card an arrow leads in the picture. Pure. */
import type { Picture, Spot } from './placing.js'

const WAYS: Readonly<Record<string, readonly [x: number, y: number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
}
/** What lies aside counts as so much farther away. */
const ASIDE = 3

/** Undefined for another key, and where there is none in that direction. */
export function nextTo({ spots }: Pick<Picture, 'spots'>, worker: string, key: string): string | undefined {
  const from = spots.get(worker)
  if (key === 'Home' || key === 'End') return edgeOf(spots, key === 'Home')
  const way = WAYS[key]
  if (!from || !way) return undefined
  let best: { readonly worker: string; readonly distance: number } | undefined
  for (const [other, spot] of spots) {
    const distance = distanceTo(from, spot, way)
    if (distance !== undefined && (best === undefined || distance < best.distance))
      best = { worker: other, distance }
  }
  return best?.worker
}

function distanceTo(from: Spot, to: Spot, [x, y]: readonly [number, number]): number | undefined {
  const [dx, dy] = [to.x - from.x, to.y - from.y]
  const ahead = dx * x + dy * y
  return ahead > 0 ? ahead + ASIDE * Math.abs(dx * y + dy * x) : undefined
}

function edgeOf(spots: Picture['spots'], isFirst: boolean): string | undefined {
  const inOrder = [...spots].sort(([, one], [, other]) => one.y - other.y || one.x - other.x)
  return (isFirst ? inOrder[0] : inOrder.at(-1))?.[0]
}
