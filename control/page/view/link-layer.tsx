/**
 * Connections behind the cards, by type of message; the groups, as stars of their leaders; and before them
 * what is of the actor that is pointed at, or of the group that is chosen.
 */
import { useMemo } from 'preact/hooks'
import { curveOf, starOf } from '../model/curves.js'
import type { GroupView } from '../model/groups.js'
import type { Link } from '../model/links.js'
import type { Picture } from '../model/placing.js'
import { type Line, LinkCanvas } from './link-canvas.jsx'
import { brushOf, strokeOf } from './strokes.js'

interface LayerProps {
  readonly picture: Picture
  readonly links: readonly Link[]
  readonly messages: readonly string[]
  readonly hidden: ReadonlySet<string>
  readonly pointed: string
  readonly groups: readonly GroupView[]
  /** `app/name` of the one that is chosen. */
  readonly group: string
}

export function LinkLayer({ picture, links, messages, hidden, pointed, groups, group }: LayerProps) {
  const { width, height } = picture
  const key = keyOf(picture)
  const lines = useMemo(
    () =>
      messages.flatMap((message, at): Line[] => {
        if (hidden.has(message)) return []
        const shown = links.filter((link) => link.message === message)
        return [{ d: shown.map(curveIn(picture)).join(''), ...brushOf(at) }]
      }),
    [links, messages, hidden, key],
  )
  const stars = useMemo(() => groups.map((each) => starLine(picture, each)), [groups, key])
  const own = links.filter(({ from, to }) => pointed !== '' && (from === pointed || to === pointed))
  const chosen = groups.find(({ app, name }) => `${app}/${name}` === group)
  return (
    <div class={own.length > 0 || chosen ? 'link-layer is-pointing' : 'link-layer'} aria-hidden="true">
      <LinkCanvas width={width} height={height} lines={lines} />
      <LinkCanvas width={width} height={height} lines={stars} />
      <svg class="own-links" width={width} height={height} aria-hidden="true" focusable="false">
        {messages.map((message, at) => {
          const shown = own.filter((link) => link.message === message)
          const d = shown.map(curveIn(picture)).join('')
          return d !== '' && <path key={message} class={`link ${strokeOf(at)}`} d={d} />
        })}
        {chosen && <path class="link is-group" d={starLine(picture, chosen).d} />}
      </svg>
    </div>
  )
}

function curveIn(picture: Picture): (link: Link) => string {
  return ({ from, to }) => curveOf(picture, from, to)
}

function starLine(picture: Picture, { leader, workers }: GroupView): Line {
  return { d: starOf(picture, leader?.worker, workers), colour: '--gold', dashes: [] }
}

/** The same for pictures in which everybody stands at the same place. */
function keyOf({ spots, card }: Picture): string {
  return `${card.width} ${[...spots].map(([worker, { x, y }]) => `${worker} ${x} ${y}`).join()}`
}
