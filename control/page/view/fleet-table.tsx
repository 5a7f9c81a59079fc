/** The fleet as a table: all that the picture shows, in rows. */
import { appOf, kindOf, messagesOf, nodeNameOf, stateOf, tagOf } from '../model/actor.js'
import type { Actor, Fleet } from '../model/fleet.js'
import { linksOf } from '../model/links.js'
import { bytesText, figure, msText } from '../model/wording.js'
import { Icon, StateWord } from './icons.jsx'
import { memo } from './memo.js'
import { rowKeys } from './row-keys.js'
import { usePage, useStore } from './use-store.js'

interface TableProps {
  readonly actors: readonly Actor[]
  readonly nodes: Fleet['nodes']
}

export function FleetTable({ actors, nodes }: TableProps) {
  const page = usePage()
  const { actor: chosen } = useStore(page.route)
  const names = [...new Set([...nodes.keys(), ...actors.map(nodeNameOf)])].sort()
  const peers = peersOf(actors)
  return (
    <section
      class="table-frame"
      aria-label="Actors by node"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keys
      tabIndex={0}
      onKeyDown={rowKeys}
    >
      <table class="fleet-table">
        <thead>
          <tr>
            <th scope="col">Actor</th>
            <th scope="col">State</th>
            <th scope="col">App</th>
            <th scope="col">Groups</th>
            <th scope="col" class="number">
              Connected with
            </th>
            <th scope="col" class="number">
              Messages / s
            </th>
            <th scope="col" class="number">
              Loop lag
            </th>
            <th scope="col" class="number">
              Memory
            </th>
          </tr>
        </thead>
        {names.map((name) => (
          <tbody key={name}>
            <tr class="node-row">
              <th scope="rowgroup" colSpan={8}>
                {name} <span class="muted">{nodeText(nodes, name)}</span>
              </th>
            </tr>
            {actors
              .filter((actor) => nodeNameOf(actor) === name)
              .map((actor) => (
                <ActorRow
                  key={actor.worker}
                  actor={actor}
                  peers={peers.get(actor.worker) ?? 0}
                  isChosen={actor.worker === chosen}
                  onOpen={page.open}
                />
              ))}
          </tbody>
        ))}
      </table>
    </section>
  )
}

interface RowProps {
  readonly actor: Actor
  readonly peers: number
  readonly isChosen: boolean
  readonly onOpen: (worker: string) => void
}

const ActorRow = memo(function ActorRow({ actor, peers, isChosen, onOpen }: RowProps) {
  const { worker, groups = [], counters, agent } = actor
  return (
    <tr class={isChosen ? 'is-chosen' : ''}>
      <th scope="row">
        <button type="button" class="link-like" data-worker={worker} onClick={() => onOpen(worker)}>
          {kindOf(actor)} <span class="muted">{tagOf(actor)}</span>
        </button>
      </th>
      <td>
        <StateWord state={stateOf(actor)} />
      </td>
      <td>{appOf(actor)}</td>
      <td>
        {groups.map(({ name, id, role }) => (
          <span key={id} class="role">
            {role === 'leader' && <Icon name="star" />}{' '}
            {role === 'leader' ? `leads ${name}` : `${role} of ${name}`}
          </span>
        ))}
      </td>
      <td class="number">{peers}</td>
      <td class="number">{figure(messagesOf(actor))}</td>
      <td class="number">{msText(counters?.lagMs)}</td>
      <td class="number">{bytesText(counters?.memoryBytes ?? agent?.memoryBytes)}</td>
    </tr>
  )
})

function nodeText(nodes: Fleet['nodes'], name: string): string {
  const node = nodes.get(name)
  if (!node) return 'a host without an agent'
  const labels = Object.entries(node.who?.labels ?? {}).map(([label, value]) => `${label}=${value}`)
  return [node.there === false ? 'away' : '', ...labels].filter(Boolean).join(' ')
}

function peersOf(actors: readonly Actor[]): ReadonlyMap<string, number> {
  const peers = new Map<string, Set<string>>()
  for (const { from, to } of linksOf(actors)) {
    for (const [one, other] of [
      [from, to],
      [to, from],
    ] as const) {
      peers.set(one, (peers.get(one) ?? new Set()).add(other))
    }
  }
  return new Map([...peers].map(([worker, others]) => [worker, others.size]))
}
