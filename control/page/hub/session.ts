/** Signs in with the token of the hub: what remembers it is a cookie that no script can read. */

/** Undefined where it is let in, else why not. */
export async function signIn(token: string): Promise<string | undefined> {
  try {
    const { ok, status } = await fetch('/v1/session', {
      method: 'POST',
      headers: { authorization: `Bearer ${token}` },
    })
    if (ok) return undefined
    return status === 401 ? 'This is not the token of this hub.' : `The hub answers ${status}.`
  } catch {
    return 'The hub is away.'
  }
}

/** Whether it is signed out: a hub that is away still knows the session. */
export async function signOut(): Promise<boolean> {
  try {
    return (await fetch('/v1/session', { method: 'DELETE' })).ok
  } catch {
    return false
  }
}
