/**
 * The fleet as a picture: nodes as frames, actors on cards in them, connections behind them, groups above.
 * Arrows go from card to card; what is under the pointer, or has the focus, shows its own connections.
 */
import { useMemo, useRef, useState } from 'preact/hooks'
import { nodeNameOf } from '../model/actor.js'
import type { Actor, Fleet } from '../model/fleet.js'
import type { GroupView } from '../model/groups.js'
import { type Link, linksOf, messagesIn } from '../model/links.js'
import { nextTo } from '../model/neighbours.js'
import { type Frame, type Picture, Placing } from '../model/placing.js'
import { ActorCard } from './actor-card.jsx'
import { GroupStrip } from './group-strip.jsx'
import { LinkLayer } from './link-layer.jsx'
import { LinkLegend } from './link-legend.jsx'
import { usePage, useStore } from './use-store.js'
import { useWidth } from './use-width.js'

interface MapProps {
  readonly fleet: Fleet
  readonly actors: readonly Actor[]
  readonly groups: readonly GroupView[]
  readonly found: ReadonlySet<string>
  readonly isSeeking: boolean
}

export function FleetMap({ fleet, actors, groups, found, isSeeking }: MapProps) {
  const page = usePage()
  const { actor: chosen } = useStore(page.route)
  const [ref, width] = useWidth()
  const placing = useRef(new Placing())
  const [pointed, setPointed] = useState('')
  const [group, setGroup] = useState('')
  const picture = placing.current.place(standing(fleet, actors), width)
  const links = useLinks(actors)
  const messages = useMemo(() => messagesIn(links), [links])
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set())
  const [entry, setEntry] = useState('')
  const moved = (event: KeyboardEvent): void => {
    const worker = workerAt(event.target)
    const next = worker === '' ? undefined : nextTo(picture, worker, event.key)
    if (next === undefined) return
    event.preventDefault()
    cardOf(next)?.focus()
  }
  const inGroup = groups.find(({ name, app }) => `${app}/${name}` === group)?.workers
  return (
    <div class="map-view">
      <GroupStrip groups={groups} chosen={group} onChoose={setGroup} />
      <section
        ref={ref}
        class={picture.isDense ? 'map is-dense' : 'map'}
        style={{ height: `${picture.height}px` }}
        aria-label="Picture of the fleet: arrow keys go from actor to actor, Enter shows one"
        onKeyDown={moved}
        onFocusIn={({ target }) => {
          setEntry(workerAt(target))
          setPointed(workerAt(target))
        }}
        onFocusOut={() => setPointed('')}
        onPointerOver={({ target }) => setPointed(workerAt(target))}
        onPointerLeave={() => setPointed('')}
      >
        {picture.frames.map((frame) => (
          <NodeFrame key={frame.name} frame={frame} fleet={fleet} />
        ))}
        <LinkLayer
          picture={picture}
          links={links}
          messages={messages}
          hidden={hidden}
          pointed={pointed === '' ? chosen : pointed}
          groups={groups}
          group={group}
        />
        <Cards
          {...{ actors, picture, found, isSeeking, chosen, inGroup }}
          entry={picture.spots.has(entry) ? entry : (actors[0]?.worker ?? '')}
        />
      </section>
      <LinkLegend messages={messages} links={links} hidden={hidden} onChange={setHidden} />
    </div>
  )
}

interface CardsProps extends Pick<MapProps, 'actors' | 'found' | 'isSeeking'> {
  readonly picture: Picture
  readonly chosen: string
  /** Whom the Tab key leads to. */
  readonly entry: string
  /** Undefined where no group is chosen. */
  readonly inGroup: readonly string[] | undefined
}

function Cards({ actors, picture, found, isSeeking, chosen, entry, inGroup }: CardsProps) {
  const page = usePage()
  const { spots, card } = picture
  return (
    <>
      {actors.map((actor) => {
        const { worker } = actor
        const spot = spots.get(worker)
        const isOther = inGroup !== undefined && !inGroup.includes(worker)
        const isDim = isOther || (isSeeking && !found.has(worker))
        return (
          spot && (
            <ActorCard
              key={worker}
              actor={actor}
              {...{ x: spot.x, y: spot.y, width: card.width, height: card.height, isDim }}
              {...{ isChosen: worker === chosen, isEntry: worker === entry, onOpen: page.open }}
            />
          )
        )
      })}
    </>
  )
}

/** Nodes first that say they are nodes, then hosts from which actors come by themselves. */
function standing({ nodes }: Fleet, actors: readonly Actor[]): Map<string, string[]> {
  const all = new Map([...nodes.keys()].sort().map((name): [string, string[]] => [name, []]))
  for (const actor of actors) {
    const name = nodeNameOf(actor)
    const standing = all.get(name) ?? []
    all.set(name, standing)
    standing.push(actor.worker)
  }
  return all
}

/** The same ones, while no port tells of another peer. */
function useLinks(actors: readonly Actor[]): readonly Link[] {
  const parts = actors.flatMap(({ ports, who, there }) => [ports, who, there])
  const before = useRef<{ parts: readonly unknown[]; links: readonly Link[] }>({ parts: [], links: [] })
  const isSame =
    parts.length === before.current.parts.length &&
    parts.every((part, at) => part === before.current.parts[at])
  if (!isSame) before.current = { parts, links: linksOf(actors) }
  return before.current.links
}

function NodeFrame({ frame, fleet }: { readonly frame: Frame; readonly fleet: Fleet }) {
  const { name, x, y, width, height } = frame
  const node = fleet.nodes.get(name)
  const labels = Object.entries(node?.who?.labels ?? {}).map(([label, value]) => `${label}=${value}`)
  const isAway = node?.there === false
  return (
    <div
      class={`node-frame${isAway ? ' is-away' : ''}${node ? '' : ' is-host'}`}
      style={{ transform: `translate(${x}px, ${y}px)`, width: `${width}px`, height: `${height}px` }}
    >
      <h3 class="node-name" title={name}>
        {name}
      </h3>
      <span class="node-more muted">{isAway ? 'away' : node ? labels.join(' ') : 'no agent'}</span>
    </div>
  )
}

function workerAt(target: EventTarget | null): string {
  const card = target instanceof Element ? target.closest<HTMLElement>('[data-worker]') : null
  return card?.dataset.worker ?? ''
}

function cardOf(worker: string): HTMLElement | null {
  return document.querySelector<HTMLElement>(`.map [data-worker="${CSS.escape(worker)}"]`)
}
