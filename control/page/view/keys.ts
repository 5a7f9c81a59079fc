/** Keys that do the same wherever one is: / seeks, Esc closes. */
import type { PageState } from '../hub/page-state.js'

/** Gives what ends it. */
export function listenToKeys(page: PageState): () => void {
  const pressed = (event: KeyboardEvent): void => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return
    if (document.querySelector('dialog[open]')) return
    if (event.key === '/' && !isTyping(event.target)) seek(page, event)
    if (event.key === 'Escape') close(page, event.target)
  }
  addEventListener('keydown', pressed)
  return () => removeEventListener('keydown', pressed)
}

function seek(page: PageState, event: Event): void {
  event.preventDefault()
  const { view } = page.route.value
  if (view !== 'map' && view !== 'table') page.go({ view: 'map' })
  requestAnimationFrame(() => document.querySelector<HTMLElement>('#sought')?.focus())
}

function close(page: PageState, target: EventTarget | null): void {
  const { actor, sought } = page.route.value
  if (target instanceof HTMLInputElement && target.id === 'sought' && sought !== '') page.go({ sought: '' })
  else if (actor !== '') {
    page.go({ actor: '' })
    focusOn(actor)
  }
}

/** Whence the details were opened. */
export function focusOn(worker: string): void {
  requestAnimationFrame(() => {
    document.querySelector<HTMLElement>(`[data-worker="${CSS.escape(worker)}"]`)?.focus()
  })
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.matches('input, textarea, select')
}
