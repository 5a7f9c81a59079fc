/** The lines between cards, as paths of SVG. Pure. */
import type { Picture, Spot } from './placing.js'

type Drawn = Pick<Picture, 'spots' | 'card'>

/** Between the middles of two cards; '' where one of them is not in the picture. */
export function curveOf(picture: Drawn, from: string, to: string): string {
  const [a, b] = [middleOf(picture, from), middleOf(picture, to)]
  if (!a || !b) return ''
  // Bent to one side: two ways between the same cards are two lines.
  const [dx, dy] = [b.x - a.x, b.y - a.y]
  const bend = 0.12
  const [cx, cy] = [(a.x + b.x) / 2 - dy * bend, (a.y + b.y) / 2 + dx * bend]
  return `M${whole(a.x)} ${whole(a.y)}Q${whole(cx)} ${whole(cy)} ${whole(b.x)} ${whole(b.y)}`
}

/** From who leads to each of the others; where nobody does, nothing holds them together. */
export function starOf(picture: Drawn, leader: string | undefined, all: readonly string[]): string {
  if (leader === undefined) return ''
  return all.map((other) => (other === leader ? '' : curveOf(picture, leader, other))).join('')
}

function middleOf({ spots, card }: Drawn, worker: string): Spot | undefined {
  const spot = spots.get(worker)
  return spot && { x: spot.x + card.width / 2, y: spot.y + card.height / 2 }
}

function whole(value: number): number {
  return Math.round(value)
}
