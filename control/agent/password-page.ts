/**
 * The page on which the owner of an agent changes the password of FLorist's clients: the SHA-256 of what is
 * typed goes out, as those send it. Browsers make that for pages of the own host, or that come by HTTPS.
 */
import { createHash } from 'node:crypto'
import type { FastifyInstance } from 'fastify'
import { route } from '../fastapi/routes.js'

const PATH = '/change-password/index.html'

const STYLE = `
body { font: 16px/1.5 system-ui, sans-serif; max-width: 22rem; margin: 4rem auto; padding: 0 1rem }
label { display: block; margin: 1rem 0 }
input, button { font: inherit; display: block; width: 100%; box-sizing: border-box; padding: .4rem }
output { display: block; min-height: 3rem }`

const SCRIPT = `
const form = document.querySelector('form')
const told = document.querySelector('output')
const sent = async (text) => {
  const hash = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text))
  return Array.from(new Uint8Array(hash), (byte) => byte.toString(16).padStart(2, '0')).join('')
}
form.addEventListener('submit', async (event) => {
  event.preventDefault()
  const typed = Object.fromEntries(new FormData(form))
  if (!window.isSecureContext) told.value = 'Open this page on the host of the agent, or by HTTPS.'
  else if (typed.next !== typed.again) told.value = 'The new passwords differ.'
  else {
    const [current, next] = await Promise.all([typed.current, typed.next].map(sent))
    const body = new URLSearchParams({ username: 'admin', current_password: current, new_password: next })
    const answer = await fetch('/api/client/auth/change_password', { method: 'POST', body })
    const { detail } = await answer.json()
    told.value = answer.ok ? 'The password is changed.' : detail
    if (answer.ok) form.reset()
  }
})`

const PAGE = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Change the password</title>
<style>${STYLE}</style>
<h1>Change the password</h1>
<form>
<label>Current one <input name="current" type="password" required autocomplete="current-password"></label>
<label>New one <input name="next" type="password" required autocomplete="new-password"></label>
<label>And again <input name="again" type="password" required autocomplete="new-password"></label>
<button>Change</button>
<output></output>
</form>
<script>${SCRIPT}</script>
</html>
`

/** It loads nothing, asks nobody else, and no other page has it in a frame. */
const POLICY = [
  "default-src 'none'",
  `style-src '${hashOf(STYLE)}'`,
  `script-src '${hashOf(SCRIPT)}'`,
  "connect-src 'self'",
  "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
].join('; ')

/** Whoever comes may see it. */
export function passwordPage(server: FastifyInstance): void {
  route(
    server,
    PATH,
    {
      GET: (_request, reply) => {
        reply.header('content-security-policy', POLICY).type('text/html; charset=utf-8').send(PAGE)
        return undefined
      },
    },
    () => undefined,
    true,
  )
}

function hashOf(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`
}
