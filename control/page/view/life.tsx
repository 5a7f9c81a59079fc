/** What the agent of a node knows of an actor: what it may use, and how it last ended. */
import type { Actor } from '../model/fleet.js'
import { bytesText, duration } from '../model/wording.js'
import { Section } from './about.jsx'
import { usePage, useStore } from './use-store.js'

type Limit = 'cpu' | 'memory' | 'disk' | 'network'

export function Limits({ actor: { agent } }: { readonly actor: Actor }) {
  const limits = Object.entries(agent?.limits ?? {})
  if (limits.length === 0) return null
  return (
    <Section title="Limits">
      <ul class="plain">
        {(['cpu', 'memory', 'disk', 'network'] as const).map((name) => {
          const limit = agent?.limits[name]
          if (!limit) return null
          const share = limit.used === null ? undefined : limit.used / limit.limit
          return (
            <li key={name} class={share !== undefined && share >= 0.9 ? 'limit is-near' : 'limit'}>
              <span>{name}</span>
              <meter min={0} max={1} value={Math.min(share ?? 0, 1)} aria-label={`${name} in use`} />
              <span>
                {limit.used === null ? 'not known' : amount(name, limit.used)} of {amount(name, limit.limit)}
                {share !== undefined && share >= 0.9 && ', nearly all'}
              </span>
            </li>
          )
        })}
      </ul>
    </Section>
  )
}

function amount(name: Limit, value: number): string {
  if (name === 'cpu') return `${(value * 100).toFixed(0)} %`
  return name === 'network' ? `${bytesText(value)}/s` : bytesText(value)
}

export function LastExit({ actor: { agent } }: { readonly actor: Actor }) {
  const { aheadMs } = useStore(usePage().fleet)
  if (!agent?.last) return null
  const { code, signal, at, lines } = agent.last
  const how = signal === null ? `with code ${code ?? 'unknown'}` : `by ${signal}`
  return (
    <Section title="Last end">
      <p>
        Its process ended {how}, {duration(Date.now() + aheadMs - at)} ago.
      </p>
      {lines.length > 0 && <pre class="last-lines">{lines.join('\n')}</pre>}
    </Section>
  )
}
