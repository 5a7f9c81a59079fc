/** The log of an actor, as it is written: followed, or held still to read and to find something in it. */

import { useLayoutEffect, useRef, useState } from 'preact/hooks'
import { pageLimits } from '../limits.js'
import { stateOf } from '../model/actor.js'
import type { Actor } from '../model/fleet.js'
import { foundIn, hasIn, type LogLine } from '../model/log-lines.js'
import { counted } from '../model/wording.js'
import { memo } from './memo.js'
import { useLog } from './use-log.js'

export function LogTab({ actor }: { readonly actor: Actor }) {
  const { agent } = actor
  const [isPaused, setPaused] = useState(false)
  const [isWrapped, setWrapped] = useState(true)
  const [sought, setSought] = useState('')
  const [log, why] = useLog(agent ?? undefined, isPaused)
  const frame = useRef<HTMLDivElement>(null)
  const { lines } = log
  useLayoutEffect(() => {
    const element = frame.current
    if (element && !isPaused) element.scrollTop = element.scrollHeight
  }, [lines, isPaused])
  if (!agent) {
    return (
      <p class="muted">
        No agent started it, so nobody keeps its log. quorate run prints it where it was started.
      </p>
    )
  }
  const shown = (sought === '' ? lines : lines.filter(({ text }) => hasIn(text, sought))).slice(
    -pageLimits.logLinesDrawn,
  )
  return (
    <div class="log">
      <div class="log-tools">
        <label class="heard" for="log-sought">
          Find in the log
        </label>
        <input
          id="log-sought"
          type="search"
          placeholder="Find in the log …"
          value={sought}
          onInput={({ currentTarget: { value } }) => setSought(value)}
        />
        <button type="button" aria-pressed={isPaused} onClick={() => setPaused(!isPaused)}>
          Pause
        </button>
        <button type="button" aria-pressed={isWrapped} onClick={() => setWrapped(!isWrapped)}>
          Wrap
        </button>
      </div>
      <p class="muted log-note" role="status">
        {why || noteOf(actor, isPaused, sought, foundIn(log, sought))}
      </p>
      <div
        ref={frame}
        class={isWrapped ? 'log-lines is-wrapped' : 'log-lines'}
        role="log"
        aria-live="off"
        aria-label="Log"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keys
        tabIndex={0}
      >
        {shown.map((line) => (
          <Line key={line.number} line={line} sought={sought} />
        ))}
        {lines.length === 0 && why === '' && <p class="muted">It has written nothing yet.</p>}
      </div>
    </div>
  )
}

function noteOf(actor: Actor, isPaused: boolean, sought: string, found: number): string {
  if (sought !== '') return `${counted(found, 'line')} of the last ${pageLimits.logLines} have it.`
  if (isPaused) return 'Held still; what comes meanwhile is shown when you go on.'
  return ['ended', 'failed'].includes(stateOf(actor))
    ? 'It has ended: nothing more comes.'
    : 'Followed as it is written.'
}

const Line = memo(function Line({ line, sought }: { readonly line: LogLine; readonly sought: string }) {
  const { time, text, tone } = line
  const at = sought === '' ? -1 : text.toLowerCase().indexOf(sought.toLowerCase())
  return (
    <div class={`log-line is-${tone}`}>
      {time !== '' && <span class="log-time">{time} </span>}
      {at < 0 ? (
        text
      ) : (
        <>
          {text.slice(0, at)}
          <mark>{text.slice(at, at + sought.length)}</mark>
          {text.slice(at + sought.length)}
        </>
      )}
    </div>
  )
})
