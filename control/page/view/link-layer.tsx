/**
 * Connections behind the cards: one path for all of a type of messages, so that hundreds cost as much as one.
 * Before them those of the actor that is pointed at; and the groups, as stars of their leaders.
 */
import { useMemo } from 'preact/hooks'
import { curveOf, starOf } from '../model/curves.js'
import type { GroupView } from '../model/groups.js'
import type { Link } from '../model/links.js'
import type { Picture } from '../model/placing.js'
import { strokeOf } from './strokes.js'

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
      {groups.map((each) => {
        const isChosen = `${each.app}/${each.name}` === group
        return (
          <path
            key={`${each.app}/${each.name}`}
            class={isChosen ? 'link is-group is-own' : 'link is-group'}
            d={starOf(picture, each.leader?.worker, each.workers)}
          />
        )
      })}
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
