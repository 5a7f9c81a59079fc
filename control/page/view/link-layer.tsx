/**
 * Connections behind the cards: one path for all of a type of messages, so that hundreds cost as much as one. Before
 * them those of the actor that is pointed at, and of the group that is chosen.
 */
import { useMemo } from 'preact/hooks'
import { curveOf, starOf } from '../model/curves.js'
import type { Link } from '../model/links.js'
import type { Picture } from '../model/placing.js'
import { strokeOf } from './strokes.js'

interface LayerProps {
  readonly picture: Picture
  readonly links: readonly Link[]
  readonly messages: readonly string[]
  readonly hidden: ReadonlySet<string>
  readonly pointed: string
  readonly group: readonly string[] | undefined
}

export function LinkLayer({ picture, links, messages, hidden, pointed, group }: LayerProps) {
  const { width, height } = picture
  const key = keyOf(picture)
  const all = useMemo(() => {
    return messages.map((message) =>
      links
        .filter((link) => link.message === message)
        .map(curveIn(picture))
        .join(''),
    )
  }, [links, messages, key])
  const own = links.filter(({ from, to }) => pointed !== '' && (from === pointed || to === pointed))
  return (
    <svg
      class={own.length > 0 ? 'links is-pointing' : 'links'}
      width={width}
      height={height}
      aria-hidden="true"
    >
      {messages.map(
        (message, at) =>
          !hidden.has(message) && <path key={message} class={`link ${strokeOf(at)}`} d={all[at] ?? ''} />,
      )}
      {messages.map((message, at) => {
        const d = own
          .filter((link) => link.message === message)
          .map(curveIn(picture))
          .join('')
        return d !== '' && <path key={`own ${message}`} class={`link is-own ${strokeOf(at)}`} d={d} />
      })}
      {group && <path class="link is-group" d={starOf(picture, group)} />}
    </svg>
  )
}

function curveIn(picture: Picture): (link: Link) => string {
  return ({ from, to }) => curveOf(picture, from, to)
}

/** The same for pictures in which everybody stands at the same place. */
function keyOf({ spots, card }: Picture): string {
  return `${card.width} ${[...spots].map(([worker, { x, y }]) => `${worker} ${x} ${y}`).join()}`
}
