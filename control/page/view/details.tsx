/** Beside the fleet: one actor, what it is, what it writes, and what it can be told to do. */
import { useEffect, useRef } from 'preact/hooks'
import { kindOf, nodeNameOf, stateOf, tagOf } from '../model/actor.js'
import type { Actor } from '../model/fleet.js'
import type { Tab } from '../model/route.js'
import { About } from './about.jsx'
import { CommandsTab } from './commands-tab.jsx'
import { Icon, StateWord } from './icons.jsx'
import { focusOn } from './keys.js'
import { LifeButtons } from './life-buttons.jsx'
import { LogTab } from './log-tab.jsx'
import { usePage, useStore } from './use-store.js'

const TABS: readonly (readonly [tab: Tab, name: string])[] = [
  ['about', 'About'],
  ['log', 'Log'],
  ['commands', 'Commands'],
]

export function Details({ worker }: { readonly worker: string }) {
  const page = usePage()
  const fleet = useStore(page.fleet)
  const title = useRef<HTMLHeadingElement>(null)
  const actor = fleet.actors.get(worker)
  useEffect(() => title.current?.focus(), [])
  const close = (): void => {
    page.go({ actor: '' })
    focusOn(worker)
  }
  return (
    <section class="details" aria-labelledby="details-title">
      <header class="details-head">
        <h2 id="details-title" ref={title} tabIndex={-1}>
          {actor ? kindOf(actor) : 'Not here'} <span class="muted">{actor && tagOf(actor)}</span>
        </h2>
        <button type="button" class="quiet icon-only" onClick={close} title="Close (Esc)">
          <Icon name="close" />
          <span class="heard">Close</span>
        </button>
      </header>
      {actor ? <Shown actor={actor} /> : <Missing worker={worker} />}
    </section>
  )
}

function Missing({ worker }: { readonly worker: string }) {
  return (
    <p class="muted">
      There is no actor <code>{worker}</code> at this hub, or no longer.
    </p>
  )
}

function Shown({ actor }: { readonly actor: Actor }) {
  const page = usePage()
  const { tab } = useStore(page.route)
  return (
    <>
      <p class="details-state">
        <StateWord state={stateOf(actor)} />
        <span class="muted">
          {actor.agent?.why || 'on'} {!actor.agent?.why && nodeNameOf(actor)}
        </span>
        <LifeButtons actor={actor} />
      </p>
      <Tabs tab={tab} />
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keys */}
      <div role="tabpanel" id="tab-panel" aria-labelledby={`tab-${tab}`} class="tab-panel" tabIndex={0}>
        {tab === 'log' ? (
          <LogTab actor={actor} />
        ) : tab === 'commands' ? (
          <CommandsTab actor={actor} />
        ) : (
          <About actor={actor} />
        )}
      </div>
    </>
  )
}

function Tabs({ tab }: { readonly tab: Tab }) {
  const page = usePage()
  const step = (event: KeyboardEvent): void => {
    const by = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0
    const at = TABS.findIndex(([each]) => each === tab) + by
    const [next] = TABS[(at + TABS.length) % TABS.length] ?? []
    if (by === 0 || !next) return
    event.preventDefault()
    page.go({ tab: next })
    requestAnimationFrame(() => document.querySelector<HTMLElement>(`#tab-${next}`)?.focus())
  }
  return (
    <div role="tablist" aria-label="What is shown of the actor" class="tabs" onKeyDown={step}>
      {TABS.map(([each, name]) => (
        <button
          type="button"
          role="tab"
          key={each}
          id={`tab-${each}`}
          aria-selected={each === tab}
          aria-controls="tab-panel"
          tabIndex={each === tab ? 0 : -1}
          onClick={() => page.go({ tab: each })}
        >
          {name}
        </button>
      ))}
    </div>
  )
}
