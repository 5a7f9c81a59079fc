/** Stops an actor, starts it again, and forgets it: as far as its node can. */
import { useState } from 'preact/hooks'
import { ledBy, nameOf, nodeNameOf, stateOf } from '../model/actor.js'
import type { Actor } from '../model/fleet.js'
import { groupsOf } from '../model/groups.js'
import { Dialog } from './dialog.jsx'
import { whyOf } from './result-box.jsx'
import { usePage, useStore } from './use-store.js'

type Deed = 'stop' | 'startAgain' | 'forget'

const DONE: Readonly<Record<Deed, string>> = {
  stop: 'has stopped',
  startAgain: 'is started',
  forget: 'is forgotten',
}

export function LifeButtons({ actor }: { readonly actor: Actor }) {
  const page = usePage()
  const [asked, setAsked] = useState<'stop' | 'forget'>()
  const [isBusy, setBusy] = useState(false)
  const [flaw, setFlaw] = useState('')
  const { agent } = actor
  if (!agent) return null
  const act = async (deed: Deed): Promise<void> => {
    setAsked(undefined)
    setBusy(true)
    setFlaw('')
    try {
      await page.errands[deed](agent)
      page.said.set(`${nameOf(actor)} ${DONE[deed]}`)
    } catch (error) {
      setFlaw(whyOf(error))
    }
    setBusy(false)
  }
  const hasEnded = ['ended', 'failed'].includes(stateOf(actor))
  return (
    <span class="life-buttons">
      {hasEnded ? (
        <>
          <button type="button" disabled={isBusy} onClick={() => void act('startAgain')}>
            Start again
          </button>
          <button type="button" class="quiet" disabled={isBusy} onClick={() => setAsked('forget')}>
            Forget
          </button>
        </>
      ) : (
        <button type="button" class="danger" disabled={isBusy} onClick={() => setAsked('stop')}>
          {isBusy ? 'Under way …' : 'Stop'}
        </button>
      )}
      {flaw !== '' && (
        <span class="flaw" role="alert">
          {flaw}
        </span>
      )}
      {asked && (
        <Confirm
          actor={actor}
          deed={asked}
          onDo={() => void act(asked)}
          onClose={() => setAsked(undefined)}
        />
      )}
    </span>
  )
}

interface ConfirmProps {
  readonly actor: Actor
  readonly deed: 'stop' | 'forget'
  readonly onDo: () => void
  readonly onClose: () => void
}

/** Says what stops, and what hangs on it. */
function Confirm({ actor, deed, onDo, onClose }: ConfirmProps) {
  const { actors } = useStore(usePage().fleet)
  const name = nameOf(actor)
  const led = ledBy(actor)
  const tight = groupsOf(actors.values()).filter(({ workers, members, quorum = 0 }) => {
    return workers.includes(actor.worker) && members <= quorum
  })
  const isStop = deed === 'stop'
  return (
    <Dialog title={`${isStop ? 'Stop' : 'Forget'} ${name}?`} onClose={onClose}>
      <p>
        {isStop
          ? `The process of ${name} on ${nodeNameOf(actor)} ends, and is not started again by itself.`
          : `${nodeNameOf(actor)} forgets ${name}, with its log and its folder.`}
      </p>
      {isStop && led.length > 0 && <p>It leads {led.join(', ')}: another member is elected.</p>}
      {isStop && tight.length > 0 && (
        <p class="flaw">
          Without it too few are left in {tight.map((each) => each.name).join(', ')} to have a leader.
        </p>
      )}
      <div class="dialog-buttons">
        <button type="button" class="quiet" onClick={onClose}>
          Cancel
        </button>
        <button type="button" class="danger" onClick={onDo}>
          {isStop ? `Stop ${name}` : `Forget ${name}`}
        </button>
      </div>
    </Dialog>
  )
}
