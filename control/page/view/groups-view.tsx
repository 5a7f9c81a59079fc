/** Each group: who leads, by which ballot, who is in it, and what it votes on. */
import { useEffect, useState } from 'preact/hooks'
import { nameOf } from '../model/actor.js'
import type { Fleet } from '../model/fleet.js'
import { type GroupView, groupsOf, type Participant, type Poll } from '../model/groups.js'
import { counted, duration, valueText } from '../model/wording.js'
import { Icon } from './icons.jsx'
import { usePage, useStore } from './use-store.js'

const TRY = `quorate run apps/microgrid/app.ts --count 5 \\
  --hub ${location.origin} --hub-token-file token`

export function GroupsView() {
  const page = usePage()
  const fleet = useStore(page.fleet)
  const groups = groupsOf(fleet.actors.values())
  return (
    <section aria-labelledby="groups-title" class="groups">
      <h2 id="groups-title">Groups</h2>
      {groups.length === 0 && (
        <div class="empty">
          <h3>No group is here</h3>
          <p>Actors that join a group show here, with who leads it and what it votes on. To try one:</p>
          <pre>
            <code>{TRY}</code>
          </pre>
        </div>
      )}
      {groups.map((group) => (
        <GroupCard key={`${group.app}/${group.name}`} group={group} fleet={fleet} />
      ))}
    </section>
  )
}

function GroupCard({ group, fleet }: { readonly group: GroupView; readonly fleet: Fleet }) {
  const { app, name, leader, epoch, term, quorum, members, participants, polls } = group
  const title = `group-${app}-${name}`
  return (
    <article class="panel" aria-labelledby={title}>
      <header class="panel-head">
        <h3 id={title}>{name}</h3>
        <span class="muted">{app}</span>
      </header>
      <dl class="facts">
        <div>
          <dt>Leader</dt>
          <dd>
            {leader ? <ParticipantName participant={leader} fleet={fleet} isLeader /> : leaderless(group)}
          </dd>
        </div>
        <div>
          <dt>Epoch</dt>
          <dd class="figure">{epoch}</dd>
        </div>
        <div>
          <dt>Term</dt>
          <dd>{term}</dd>
        </div>
        <div>
          <dt>Members</dt>
          <dd>{quorum === undefined ? members : `${members}, quorum ${quorum}`}</dd>
        </div>
      </dl>
      {quorum !== undefined && <Seats members={members} quorum={quorum} />}
      <h4>Who takes part</h4>
      <ul class="participants">
        {participants.map((each) => (
          <li key={each.id}>
            <ParticipantName participant={each} fleet={fleet} isLeader={each.id === leader?.id} />
            {each.isObserver && <span class="muted"> observes</span>}
          </li>
        ))}
      </ul>
      <h4>Polls</h4>
      {polls.length === 0 ? (
        <p class="muted">None in the last half minute.</p>
      ) : (
        <ul class="polls">
          {polls.map((poll) => (
            <PollRow key={poll.id} poll={poll} aheadMs={fleet.aheadMs} members={members} />
          ))}
        </ul>
      )}
    </article>
  )
}

function leaderless({ quorum, members }: GroupView): string {
  if (quorum === undefined) return 'none, by its type'
  return members < quorum ? 'nobody: too few are there' : 'nobody at the moment'
}

/** A mark for each member that is there or missing, up to those who are enough. */
function Seats({ members, quorum }: { readonly members: number; readonly quorum: number }) {
  const count = Math.min(Math.max(members, quorum), 40)
  return (
    <p class={members >= quorum ? 'seats' : 'seats is-short'}>
      <span aria-hidden="true">
        {Array.from({ length: count }, (_, at) => (
          <span
            key={at}
            class={`seat${at < members ? ' is-taken' : ''}${at === quorum - 1 ? ' is-quorum' : ''}`}
          />
        ))}
      </span>
      {members >= quorum
        ? `${members} are there, ${quorum} are needed`
        : `${quorum - members} more are needed`}
    </p>
  )
}

interface NameProps {
  readonly participant: Participant
  readonly fleet: Fleet
  readonly isLeader: boolean
}

function ParticipantName({ participant, fleet, isLeader }: NameProps) {
  const page = usePage()
  const { worker = '', actor, id, component } = participant
  const known = fleet.actors.get(worker)
  return (
    <span class="participant">
      {isLeader && <Icon name="star" />}
      {known ? (
        <button type="button" class="link-like" data-row onClick={() => page.open(worker)}>
          {nameOf(known)}
        </button>
      ) : (
        `${actor || 'unknown'} ${id.slice(0, 8)}`
      )}{' '}
      <span class="muted">{component}</span>
    </span>
  )
}

interface PollProps {
  readonly poll: Poll
  readonly aheadMs: number
  readonly members: number
}

function PollRow({ poll, aheadMs, members }: PollProps) {
  const { topic, kind, requestedBy, ends, outcome, ended, yes, no } = poll
  const nowMs = useSeconds(outcome === null) + aheadMs
  return (
    <li class={`poll is-${outcome ?? 'open'}`}>
      <code class="poll-topic">{valueText(topic)}</code>
      <span>
        {kind}, asked by {requestedBy.actor || 'unknown'}
      </span>
      <span>
        {yes} yes, {no} no of {counted(members, 'member')}
      </span>
      <strong>
        {outcome === null
          ? `open${ends === null ? '' : `, ${duration(ends - nowMs)} left`}`
          : `${outcome}${ended === null ? '' : `, ${duration(nowMs - ended)} ago`}`}
      </strong>
    </li>
  )
}

/** The time, again each second, or five where nothing hurries. */
function useSeconds(isHurried: boolean): number {
  const [now, setNow] = useState(Date.now)
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), isHurried ? 250 : 5000)
    return () => clearInterval(timer)
  }, [isHurried])
  return now
}
