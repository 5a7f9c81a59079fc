/** What is above: the views, whether the hub is there, and how the page looks. */
import { useState } from 'preact/hooks'
import { signOut } from '../hub/session.js'
import type { View } from '../model/route.js'
import { Icon } from './icons.jsx'
import { keepTheme, themeAfter, themeKept } from './theme.js'
import { usePage, useStore } from './use-store.js'

const VIEWS: readonly (readonly [view: View, name: string, views: readonly View[]])[] = [
  ['map', 'Fleet', ['map', 'table']],
  ['groups', 'Groups', ['groups']],
  ['rates', 'Rates', ['rates']],
]

const PRESENCES = { joining: 'Joining …', here: 'Live', away: 'Hub away', refused: 'Signed out' }

export function Header() {
  const page = usePage()
  const { view } = useStore(page.route)
  const presence = useStore(page.presence)
  return (
    <header class="header">
      <h1 class="brand">
        <Icon name="mark" /> <span class="brand-name">quorate</span>
      </h1>
      <nav aria-label="Views">
        <ul class="views">
          {VIEWS.map(([to, name, views]) => (
            <li key={to}>
              <a
                href={`#/${to}`}
                aria-current={views.includes(view) ? 'page' : undefined}
                onClick={(event) => {
                  event.preventDefault()
                  page.go({ view: to })
                }}
              >
                {name}
              </a>
            </li>
          ))}
        </ul>
      </nav>
      <div class="header-end">
        <span class={`presence is-${presence}`}>
          <Icon name={presence === 'here' ? 'live' : 'gone'} /> {PRESENCES[presence]}
        </span>
        <ThemeSwitch />
        <SignOut />
      </div>
    </header>
  )
}

function ThemeSwitch() {
  const [theme, setTheme] = useState(themeKept)
  const next = themeAfter(theme)
  const change = (): void => {
    keepTheme(next)
    setTheme(next)
  }
  return (
    <button
      type="button"
      class="quiet icon-only"
      onClick={change}
      title={`Colours: ${theme}. Change to ${next}.`}
    >
      <Icon name={theme} />
      <span class="heard">{`Colours: ${theme}. Change to ${next}.`}</span>
    </button>
  )
}

/** Where the hub is open there is nothing to sign out of. */
function SignOut() {
  const page = usePage()
  const isOpen = useStore(page.isOpen)
  if (isOpen) return null
  const leave = async (): Promise<void> => {
    if (await signOut()) page.leave()
  }
  return (
    <button type="button" class="quiet" onClick={() => void leave()}>
      Sign out
    </button>
  )
}
