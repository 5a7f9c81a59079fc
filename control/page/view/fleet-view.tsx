/** The fleet, as a picture or as a table of the same. */
import { useMemo, useRef } from 'preact/hooks'
import { inOrder, isSought, messagesOf, stateOf } from '../model/actor.js'
import type { Actor, Fleet } from '../model/fleet.js'
import { type GroupView, groupsOf } from '../model/groups.js'
import { counted, figure } from '../model/wording.js'
import { EmptyFleet } from './empty.jsx'
import { FleetMap } from './fleet-map.jsx'
import { FleetTable } from './fleet-table.jsx'
import { useStartDialog } from './start-dialog.jsx'
import { usePage, useStore } from './use-store.js'

export function FleetView() {
  const page = usePage()
  const fleet = useStore(page.fleet)
  const isTold = useStore(page.isTold)
  const { view, sought } = useStore(page.route)
  const groups = useSame(groupsOf(fleet.actors.values()))
  const actors = useMemo(() => inOrder(fleet.actors.values()), [fleet])
  const found = useMemo(
    () => new Set(actors.filter((each) => isSought(each, sought)).map(({ worker }) => worker)),
    [actors, sought],
  )
  if (!isTold) return <p class="muted waiting">Asking the hub …</p>
  return (
    <section aria-labelledby="fleet-title" class="fleet">
      <h2 id="fleet-title" class="heard">
        Fleet
      </h2>
      <Summary fleet={fleet} groups={groups} />
      <Tools found={found.size} of={actors.length} />
      {actors.length === 0 && fleet.nodes.size === 0 ? (
        <EmptyFleet />
      ) : view === 'table' ? (
        <FleetTable actors={actors.filter(({ worker }) => found.has(worker))} nodes={fleet.nodes} />
      ) : (
        <FleetMap fleet={fleet} actors={actors} groups={groups} found={found} isSeeking={sought !== ''} />
      )}
    </section>
  )
}

/** The groups of before, where nothing of them has changed: what hangs on them is not drawn again. */
function useSame(groups: readonly GroupView[]): readonly GroupView[] {
  const text = JSON.stringify(groups)
  const before = useRef({ text, groups })
  if (before.current.text !== text) before.current = { text, groups }
  return before.current.groups
}

function Summary({ fleet, groups }: { readonly fleet: Fleet; readonly groups: readonly GroupView[] }) {
  const actors: readonly Actor[] = [...fleet.actors.values()]
  const states = actors.map(stateOf)
  const active = states.filter((state) => state === 'active').length
  const failed = states.filter((state) => state === 'failed').length
  const led = groups.filter(({ leader }) => leader).length
  const rates = actors.map(messagesOf).filter((rate) => rate !== undefined)
  const messages = rates.length > 0 ? rates.reduce((sum, rate) => sum + rate, 0) : undefined
  return (
    <dl class="summary">
      <Fact name="Nodes" value={figure(fleet.nodes.size)} />
      <Fact name="Actors" value={figure(actors.length)} more={`${active} active`} />
      {failed > 0 && <Fact name="Failed" value={figure(failed)} isBad />}
      <Fact name="Groups" value={figure(groups.length)} more={`${led} with a leader`} />
      <Fact name="Messages / s" value={figure(messages)} />
      <Fact name="Commands / s" value={figure(fleet.rates.at(-1)?.posted)} />
    </dl>
  )
}

interface FactProps {
  readonly name: string
  readonly value: string
  readonly more?: string
  readonly isBad?: boolean
}

function Fact({ name, value, more, isBad = false }: FactProps) {
  return (
    <div class={isBad ? 'fact is-bad' : 'fact'}>
      <dt>{name}</dt>
      <dd>
        <strong>{value}</strong> {more !== undefined && <span class="muted">{more}</span>}
      </dd>
    </div>
  )
}

function Tools({ found, of }: { readonly found: number; readonly of: number }) {
  const page = usePage()
  const { view, sought } = useStore(page.route)
  const [dialog, startActor] = useStartDialog()
  return (
    <div class="tools">
      <search class="search">
        <label class="heard" for="sought">
          Find actors by name, node, app, state or group
        </label>
        <input
          id="sought"
          type="search"
          placeholder="Find an actor …  ( / )"
          value={sought}
          onInput={({ currentTarget: { value } }) => page.go({ sought: value })}
        />
        {sought !== '' && (
          <span class="muted" role="status">
            {found} of {counted(of, 'actor')}
          </span>
        )}
      </search>
      <fieldset class="choice">
        <legend class="heard">Show the fleet as</legend>
        {(['map', 'table'] as const).map((each) => (
          <button
            type="button"
            key={each}
            aria-pressed={view === each}
            onClick={() => page.go({ view: each })}
          >
            {each === 'map' ? 'Picture' : 'Table'}
          </button>
        ))}
      </fieldset>
      <button type="button" class="primary" onClick={() => startActor({})}>
        Start an actor
      </button>
      {dialog}
    </div>
  )
}
