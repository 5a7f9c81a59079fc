/** What a component reads of stores: it is drawn again when that has changed. */
import { createContext } from 'preact'
import { useContext, useEffect, useState } from 'preact/hooks'
import type { PageState } from '../hub/page-state.js'
import type { Store } from '../model/store.js'

export const PageContext = createContext<PageState | undefined>(undefined)

export function usePage(): PageState {
  const page = useContext(PageContext)
  if (!page) throw new Error('no page')
  return page
}

export function useStore<T>(store: Store<T>): T {
  const [value, setValue] = useState(store.value)
  useEffect(() => {
    const look = (): void => setValue(() => store.value)
    look()
    return store.watch(look)
  }, [store])
  return value
}
