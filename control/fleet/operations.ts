/**
 * What may be asked of a hub about its fleet. `picture`, `node`, `errands` and `errandDone` are of those who
 * tell, over sockets alone: what they told goes with these. The others are of those who watch.
 */
import { z } from 'zod'
import { composed, Verbatim } from '../fastapi/json.js'
import { HubError } from '../hub/errors.js'
import { hubLimits } from '../hub/limits.js'
import { isName, NAME_RULE } from '../hub/models.js'
import type { Asked, Operation } from '../hub/operations.js'
import { wholeOption } from '../hub/v1-models.js'
import type { Patience } from '../hub/waiters.js'
import { isErrand } from './errand-path.js'
import type { Fleet } from './fleet.js'
import { fleetLimits } from './limits.js'
import { actorTold, errandAsked, errandDone, nodeTold } from './models.js'
import { readTold } from './told.js'

/** Of an errand that was done; `of` is the name of the node. */
const done = z.object({ id: z.string(), outcome: errandDone })

export class FleetOperations {
  readonly #fleet: Fleet

  constructor(fleet: Fleet) {
    this.#fleet = fleet
  }

  readonly picture: Operation = async (asked) => {
    const told = readTold(actorTold, asked.body)
    return this.#fleet.tellActor(nameIn(asked), told, socketOf(asked), patienceIn(asked))
  }

  readonly node: Operation = async (asked) => {
    const told = readTold(nodeTold, asked.body)
    return this.#fleet.tellNode(nameIn(asked), told, socketOf(asked), patienceIn(asked))
  }

  readonly errands: Operation = async (asked) => {
    return this.#fleet.errandsFor(nameIn(asked), socketOf(asked), patienceIn(asked))
  }

  readonly errandDone: Operation = async (asked) => {
    const { id, outcome } = readTold(done, asked.body, fleetLimits.errandBytes)
    return composed({ awaited: this.#fleet.errands.done(nameIn(asked), id, outcome) })
  }

  readonly fleet: Operation = async (asked) => this.#fleet.since(asked.option('after'), patienceIn(asked))

  readonly nodes: Operation = async () => {
    const all = [...this.#fleet.nodes].map(([name, { isThere }]) => composed({ name, there: isThere }))
    return composed({ nodes: all })
  }

  readonly forgetNode: Operation = async ({ of }) => {
    if (this.#fleet.forgetNode(of)) return composed({ name: of })
    throw new HubError('hub-unknown', `there is no node ${of}`)
  }

  readonly errand: Operation = async (asked) => {
    const { of } = asked
    const wanted = readTold(errandAsked, asked.body)
    if (!isErrand(wanted.method, wanted.path)) {
      throw new HubError('hub-bad-request', `${wanted.method} ${wanted.path} is no errand of an agent`)
    }
    const node = this.#fleet.nodes.get(of)
    if (!node) throw new HubError('hub-unknown', `there is no node ${of}`)
    if (!node.isThere) throw new HubError('hub-node-away', `the agent of ${of} is not at the hub`)
    return new Verbatim(JSON.stringify(await this.#fleet.errands.ask(of, wanted, asked.asker())))
  }
}

function nameIn({ of }: Asked): string {
  if (isName(of)) return of
  throw new HubError('hub-bad-request', NAME_RULE)
}

function socketOf({ socket }: Asked): AbortSignal {
  if (socket) return socket
  throw new HubError('hub-bad-request', 'that is told over a socket')
}

function patienceIn({ option, asker }: Asked): Patience {
  return { waitMs: wholeOption(option('waitMs'), 'waitMs', 0, hubLimits.waitMaxMs), asker }
}
