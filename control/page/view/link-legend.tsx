/** Which line is which type of messages; each can be left out. */
import { pageLimits } from '../limits.js'
import type { Link } from '../model/links.js'
import { strokeOf } from './strokes.js'

interface LegendProps {
  readonly messages: readonly string[]
  readonly links: readonly Link[]
  readonly hidden: ReadonlySet<string>
  readonly onChange: (hidden: ReadonlySet<string>) => void
}

export function LinkLegend({ messages, links, hidden, onChange }: LegendProps) {
  if (messages.length === 0) return null
  const toggle = (message: string): void => {
    const next = new Set(hidden)
    if (!next.delete(message)) next.add(message)
    onChange(next)
  }
  return (
    <fieldset class="legend">
      <legend class="heard">Connections by type of message</legend>
      {messages.slice(0, pageLimits.messagesShown).map((message, at) => (
        <button
          type="button"
          key={message}
          aria-pressed={!hidden.has(message)}
          onClick={() => toggle(message)}
        >
          <LineSample at={at} />
          {message} <span class="muted">{links.filter((link) => link.message === message).length}</span>
        </button>
      ))}
      {messages.length > pageLimits.messagesShown && (
        <span class="muted">and {messages.length - pageLimits.messagesShown} more</span>
      )}
    </fieldset>
  )
}

export function LineSample({ at }: { readonly at: number }) {
  return (
    <svg class="line-sample" viewBox="0 0 28 8" aria-hidden="true" focusable="false">
      <path class={`link ${strokeOf(at)}`} d="M0 4H28" />
    </svg>
  )
}
