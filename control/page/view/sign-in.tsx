/** What a hub wants first that is not open. */
import { useEffect, useRef, useState } from 'preact/hooks'
import { signIn } from '../hub/session.js'
import { Icon } from './icons.jsx'
import { usePage } from './use-store.js'

export function SignIn() {
  const page = usePage()
  const field = useRef<HTMLInputElement>(null)
  const [flaw, setFlaw] = useState('')
  useEffect(() => field.current?.focus(), [])
  const enter = async (event: Event): Promise<void> => {
    event.preventDefault()
    const why = await signIn(field.current?.value.trim() ?? '')
    setFlaw(why ?? '')
    if (why === undefined) page.reopen()
    else field.current?.select()
  }
  return (
    <main class="sign-in">
      <form onSubmit={(event) => void enter(event)}>
        <h1 class="brand">
          <Icon name="mark" /> quorate
        </h1>
        <label for="token">Token of this hub</label>
        <input
          id="token"
          ref={field}
          type="password"
          autocomplete="current-password"
          required
          aria-describedby="token-help token-flaw"
          aria-invalid={flaw !== ''}
        />
        <p id="token-help" class="muted">
          It is in the file <code>token</code> of the folder that the hub keeps its data in, as{' '}
          <code>quorate hub</code> says at its start.
        </p>
        <p id="token-flaw" class="flaw" role="alert">
          {flaw}
        </p>
        <button type="submit" class="primary">
          Sign in
        </button>
      </form>
    </main>
  )
}
