/** Carries out what was proposed, until it is over or somebody has seen enough. */
import { DeployError, type RolloutTold } from '../../../control/rollout/index.js'
import { addressText } from '../../../control/secure/index.js'
import { CommandFailure, exitCodes } from '../failure.js'
import { complain } from '../terminal.js'
import type { Progress } from './progress.js'
import type { Proposal } from './proposal.js'
import { begin, type MakeKeys, type PackedBundle, type RolloutUnderWay, sendBundle } from './roll-out.js'

export interface Means {
  readonly packed?: PackedBundle
  readonly makeKeys: MakeKeys
  readonly progress: Progress
}

/** @throws CommandFailure where it was left to the agents; what roll-out.ts throws. */
export async function carryOut(
  proposal: Proposal,
  { packed, makeKeys, progress }: Means,
): Promise<RolloutTold> {
  requireOneWay(proposal)
  if (packed) await sendBundle(proposal, packed, progress)
  const rollout = await begin(proposal, makeKeys, progress)
  const leaving = new AbortController()
  const heed = cancelBySignal(rollout, leaving)
  try {
    return await rollout.follow(progress, leaving.signal)
  } finally {
    heed.end()
  }
}

/** Who leads it has to reach all others as they are reached from here. @throws DeployError. */
function requireOneWay({ agents }: Proposal): void {
  const [atHub] = agents.filter(({ address }) => 'atHub' in address)
  const [elsewhere] = agents.filter(({ address }) => !('atHub' in address))
  if (!atHub || !elsewhere) return
  const at = addressText(elsewhere.address)
  const text = `${atHub.name} is reached over a hub, and ${elsewhere.name} at ${at}`
  const way = `one of them leads, and has to reach all in one way: have ${elsewhere.name} dial the hub, too`
  throw new DeployError('deploy-nowhere', `${text}; ${way}, and name it hub:${elsewhere.name}`)
}

/** The first signal has it taken back, the second one leaves it. */
function cancelBySignal(rollout: RolloutUnderWay, leaving: AbortController): { end(): void } {
  let isCancelled = false
  const heed = (): void => {
    if (isCancelled) {
      const text = `the agents go on with the rollout ${rollout.id}; quorate status shows how far it is`
      leaving.abort(new CommandFailure(exitCodes.interrupted, text))
      return
    }
    isCancelled = true
    complain('it is taken back; once more, and this is left to the agents')
    rollout.cancel().catch((error: unknown) => complain(`it cannot be taken back: ${String(error)}`))
  }
  process.on('SIGINT', heed).on('SIGTERM', heed)
  return { end: () => void process.off('SIGINT', heed).off('SIGTERM', heed) }
}
