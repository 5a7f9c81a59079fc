/** What the page shows, as it stands behind the # of its address: a link leads to the same. Pure. */

const VIEWS = ['map', 'table', 'groups', 'rates'] as const
export type View = (typeof VIEWS)[number]

const TABS = ['about', 'log', 'commands'] as const
export type Tab = (typeof TABS)[number]

export interface Route {
  readonly view: View
  /** The worker that is looked at; '' for none. */
  readonly actor: string
  readonly tab: Tab
  /** What is sought. */
  readonly sought: string
}

export const firstRoute: Route = { view: 'map', actor: '', tab: 'about', sought: '' }

/** Whatever it does not know is as at first. */
export function routeIn(hash: string): Route {
  const [path = '', query = ''] = hash.replace(/^#?\/?/, '').split('?')
  const given = new URLSearchParams(query)
  return {
    view: VIEWS.find((each) => each === path) ?? firstRoute.view,
    actor: given.get('actor') ?? '',
    tab: TABS.find((each) => each === given.get('tab')) ?? firstRoute.tab,
    sought: given.get('q') ?? '',
  }
}

export function hashOf({ view, actor, tab, sought }: Route): string {
  const query = new URLSearchParams()
  if (actor !== '') query.set('actor', actor)
  if (actor !== '' && tab !== firstRoute.tab) query.set('tab', tab)
  if (sought !== '') query.set('q', sought)
  const text = query.toString()
  return `#/${view}${text === '' ? '' : `?${text}`}`
}
