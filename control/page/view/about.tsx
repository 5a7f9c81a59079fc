/** What an actor is: its process, groups, ports and peers, limits, properties, and how it last ended. */

import type { ComponentChildren } from 'preact'
import type { PlacePicture, PortPicture } from '../../fleet/models.js'
import { pageLimits } from '../limits.js'
import { appOf, nameOf, nodeNameOf } from '../model/actor.js'
import type { Actor } from '../model/fleet.js'
import { bytesText, duration, figure, msText } from '../model/wording.js'
import { ballotText } from './group-strip.jsx'
import { Icon } from './icons.jsx'
import { LastExit, Limits } from './life.jsx'
import { Properties } from './properties.jsx'
import { usePage, useStore } from './use-store.js'

export function About({ actor }: { readonly actor: Actor }) {
  const { groups = [], ports = [] } = actor
  return (
    <div class="about">
      <Process actor={actor} />
      <Limits actor={actor} />
      <LastExit actor={actor} />
      {groups.length > 0 && (
        <Section title="Groups">
          <ul class="plain">
            {groups.map((place) => (
              <Place key={place.id} place={place} />
            ))}
          </ul>
        </Section>
      )}
      <Properties actor={actor} />
      {ports.length > 0 && (
        <Section title="Ports and peers">
          <ul class="plain ports">
            {ports.map((port) => (
              <Port key={`${port.component}.${port.name}`} actor={actor} port={port} />
            ))}
          </ul>
        </Section>
      )}
    </div>
  )
}

export function Section({
  title,
  children,
}: {
  readonly title: string
  readonly children: ComponentChildren
}) {
  return (
    <section class="section">
      <h3>{title}</h3>
      {children}
    </section>
  )
}

function Process({ actor }: { readonly actor: Actor }) {
  const { who, agent, counters, pace, worker } = actor
  const { aheadMs } = useStore(usePage().fleet)
  const startedMs = who?.started ?? agent?.since
  const facts: readonly (readonly [name: string, value: string])[] = [
    ['App', `${appOf(actor)} ${who?.version ?? ''}`],
    ['Node', nodeNameOf(actor)],
    ['Process', who ? String(who.pid) : agent?.pid ? String(agent.pid) : '–'],
    ['Up', startedMs === undefined || !who ? '–' : duration(Date.now() + aheadMs - startedMs)],
    ['Sends', pace ? `${figure(pace.sent)} / s` : '–'],
    ['Receives', pace ? `${figure(pace.received)} / s` : '–'],
    ['In groups', pace ? `${figure(pace.grouped)} / s` : '–'],
    ['Loop lag', msText(counters?.lagMs)],
    ['Busy', counters ? `${(counters.busy * 100).toFixed(0)} %` : '–'],
    ['Memory', bytesText(counters?.memoryBytes ?? agent?.memoryBytes)],
    ['Starts', agent ? String(agent.starts) : '–'],
    ['At the hub as', worker],
  ]
  return (
    <dl class="facts">
      {facts.map(([name, value]) => (
        <div key={name} class={value.length > 24 ? 'is-long' : ''}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  )
}

function Place({ place }: { readonly place: PlacePicture }) {
  const { name, role, leader, members, quorum, component } = place
  return (
    <li>
      {role === 'leader' && <Icon name="star" />}{' '}
      <strong>{role === 'leader' ? `leads ${name}` : `${role} of ${name}`}</strong>{' '}
      <span class="muted">
        by {component}, {ballotText(place)}, {members.length} members
        {quorum === null ? '' : `, quorum ${quorum}`}
        {role !== 'leader' &&
          (leader ? `, led by ${leader.actor} ${leader.id.slice(0, 8)}` : ', without a leader')}
      </span>
    </li>
  )
}

function Port({ actor, port }: { readonly actor: Actor; readonly port: PortPicture }) {
  const page = usePage()
  const { actors } = useStore(page.fleet)
  const { component, name, kind, message, host, port: number, peers, scope } = port
  const counts = Object.entries(actor.counters?.ports[`${component}.${name}`] ?? {}).filter(
    ([, count]) => count > 0,
  )
  const known = new Map([...actors.values()].flatMap((each) => (each.who ? [[each.who.id, each]] : [])))
  return (
    <li class="port">
      <span class="port-kind">{kind}</span>{' '}
      <strong>
        {component}.{name}
      </strong>{' '}
      <span>{message}</span>
      <span class="muted port-more">
        {scope}
        {number > 0 && ` · ${host}:${number}`}
        {counts.map(([what, count]) => ` · ${figure(count)} ${what}`)}
      </span>
      {peers.length > 0 && (
        <ul class="peers" aria-label={`Peers of ${component}.${name}`}>
          {peers.slice(0, pageLimits.peersShown).map((id) => {
            const peer = known.get(id)
            return (
              <li key={id}>
                {peer ? (
                  <button type="button" class="link-like" onClick={() => page.open(peer.worker)}>
                    {nameOf(peer)}
                  </button>
                ) : (
                  <span class="muted">{id.slice(0, 8)}</span>
                )}
              </li>
            )
          })}
          {peers.length > pageLimits.peersShown && (
            <li class="muted">and {peers.length - pageLimits.peersShown} more</li>
          )}
        </ul>
      )}
    </li>
  )
}
