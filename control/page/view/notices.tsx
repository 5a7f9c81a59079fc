/** What is said at the edge: that the hub is away; and, for those who only hear the page, what happened. */
import { useEffect, useRef, useState } from 'preact/hooks'
import type { Presence } from '../hub/socket.js'
import { stateOf } from '../model/actor.js'
import type { Fleet } from '../model/fleet.js'
import { groupsOf } from '../model/groups.js'
import { counted } from '../model/wording.js'
import { usePage, useStore } from './use-store.js'

export function Away({ presence }: { readonly presence: Presence }) {
  if (presence !== 'away') return null
  return (
    <p class="away" role="status">
      <strong>The hub is away.</strong> What you see is of the last time it was there. The page comes back by
      itself.
    </p>
  )
}

/** A live region is told of leaders and of actors that have failed, and no more often than one can listen. */
const QUIET_MS = 2000

export function Announcer() {
  const page = usePage()
  const said = useStore(page.said)
  const told = useNews()
  return (
    <div class="heard" aria-live="polite" role="status">
      {said === '' ? told : said}
    </div>
  )
}

function useNews(): string {
  const { fleet } = usePage()
  const [news, setNews] = useState('')
  const before = useRef(new Map<string, string>())
  useEffect(() => {
    const timer = setInterval(() => {
      const after = newsworthy(fleet.value)
      const changes = [...after].filter(
        ([what, how]) => before.current.has(what) && before.current.get(what) !== how,
      )
      if (changes.length > 0)
        setNews(
          changes
            .slice(0, 3)
            .map(([what, how]) => `${what} ${how}`)
            .join('. '),
        )
      before.current = after
    }, QUIET_MS)
    return () => clearInterval(timer)
  }, [fleet])
  return news
}

function newsworthy({ actors }: Fleet): Map<string, string> {
  const failed = [...actors.values()].filter((actor) => stateOf(actor) === 'failed').length
  const groups = groupsOf(actors.values()).map(({ name, leader, epoch, term }): [string, string] => {
    return [
      `Group ${name}`,
      leader ? `is led by ${leader.actor}, epoch ${epoch}, term ${term}` : 'has no leader',
    ]
  })
  return new Map([...groups, ['In the fleet', `${counted(failed, 'actor')} failed`]])
}
