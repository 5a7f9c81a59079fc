/** An actor in the picture: its state by shape, word and colour, what it leads, and how much it does. */
import { kindOf, ledBy, messagesOf, stateOf, tagOf } from '../model/actor.js'
import type { Actor } from '../model/fleet.js'
import { figure } from '../model/wording.js'
import { Icon, StateMark } from './icons.jsx'
import { memo } from './memo.js'

interface CardProps {
  readonly actor: Actor
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
  readonly isDim: boolean
  readonly isChosen: boolean
  /** Whom the Tab key leads to. */
  readonly isEntry: boolean
  readonly onOpen: (worker: string) => void
}

export const ActorCard = memo(function ActorCard(props: CardProps) {
  const { actor, x, y, width, height, isDim, isChosen, isEntry, onOpen } = props
  const state = stateOf(actor)
  const led = ledBy(actor)
  const tag = tagOf(actor)
  const messages = messagesOf(actor)
  const classes = [
    'card',
    `is-${state}`,
    isDim && 'is-dim',
    isChosen && 'is-chosen',
    led.length > 0 && 'is-leader',
  ]
  return (
    <button
      type="button"
      class={classes.filter(Boolean).join(' ')}
      style={{ transform: `translate(${x}px, ${y}px)`, width: `${width}px`, height: `${height}px` }}
      data-worker={actor.worker}
      aria-pressed={isChosen}
      tabIndex={isEntry ? 0 : -1}
      onClick={() => onOpen(actor.worker)}
    >
      <span class="card-first">
        <StateMark state={state} />
        <span class="card-kind">{kindOf(actor)}</span>
        {led.length > 0 && <Icon name="star" />}
        <span class="card-tag">{tag}</span>
      </span>
      <span class="card-second">
        <span class={`card-state is-${state}`}>{state}</span>
        {led.length > 0 && <span class="heard">leads {led.join(', ')}</span>}
        <span class="card-rate" aria-hidden="true">
          {messages === undefined ? '' : `${figure(messages)} msg/s`}
        </span>
      </span>
    </button>
  )
})
