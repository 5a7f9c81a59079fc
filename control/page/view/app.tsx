/** The whole page: what is above, the view that was chosen, and beside it the actor that is looked at. */
import { useEffect } from 'preact/hooks'
import { Charts } from './charts.jsx'
import { Details } from './details.jsx'
import { FleetView } from './fleet-view.jsx'
import { GroupsView } from './groups-view.jsx'
import { Header } from './header.jsx'
import { listenToKeys } from './keys.js'
import { Announcer, Away } from './notices.jsx'
import { SignIn } from './sign-in.jsx'
import { usePage, useStore } from './use-store.js'

export function App() {
  const page = usePage()
  const presence = useStore(page.presence)
  useEffect(() => listenToKeys(page), [page])
  if (presence === 'refused') return <SignIn />
  return (
    <div class="page">
      <button type="button" class="skip" onClick={skip}>
        Skip to the content
      </button>
      <Header />
      <Away presence={presence} />
      <Content />
      <Announcer />
    </div>
  )
}

function Content() {
  const { view, actor } = useStore(usePage().route)
  return (
    <main id="content" tabIndex={-1} class={actor === '' ? 'content' : 'content has-details'}>
      <div class="view">
        {view === 'groups' ? <GroupsView /> : view === 'rates' ? <Charts /> : <FleetView />}
      </div>
      {actor !== '' && <Details key={actor} worker={actor} />}
    </main>
  )
}

/** No link: the address has the view behind its #. */
function skip(): void {
  document.querySelector<HTMLElement>('#content')?.focus()
}
