/** The groups above the picture: who leads, since which ballot, and whether enough are there. */
import { nameOf } from '../model/actor.js'
import type { GroupView } from '../model/groups.js'
import { Icon } from './icons.jsx'
import { usePage, useStore } from './use-store.js'

interface StripProps {
  readonly groups: readonly GroupView[]
  /** `app/name`. */
  readonly chosen: string
  readonly onChoose: (group: string) => void
}

export function GroupStrip({ groups, chosen, onChoose }: StripProps) {
  const { actors } = useStore(usePage().fleet)
  if (groups.length === 0) return null
  return (
    <ul class="group-strip" aria-label="Groups">
      {groups.map((group) => {
        const key = `${group.app}/${group.name}`
        const leader = actors.get(group.leader?.worker ?? '')
        return (
          <li key={key}>
            <button
              type="button"
              class={group.leader || group.quorum === undefined ? 'group-chip' : 'group-chip is-leaderless'}
              aria-pressed={chosen === key}
              onClick={() => onChoose(chosen === key ? '' : key)}
            >
              <strong>{group.name}</strong>
              <span class="group-leader">
                <Icon name={group.leader ? 'star' : 'gone'} />
                {group.leader ? (leader ? nameOf(leader) : group.leader.actor) : 'no leader'}
              </span>
              <span class="muted">{ballotText(group)}</span>
              <span class="muted">{quorumText(group)}</span>
            </button>
          </li>
        )
      })}
    </ul>
  )
}

/** Epochs are long numbers: their ends are what differs. */
export function ballotText({ epoch, term }: Pick<GroupView, 'epoch' | 'term'>): string {
  const text = String(epoch)
  return `epoch ${text.length > 8 ? `…${text.slice(-6)}` : text} · term ${term}`
}

export function quorumText({ members, quorum }: Pick<GroupView, 'members' | 'quorum'>): string {
  return quorum === undefined ? `${members} members` : `${members} members, quorum ${quorum}`
}
