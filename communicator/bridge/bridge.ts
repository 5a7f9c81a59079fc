/**
 * A bridge between two networks: an actor at each end, which carries ports, and what is seen of groups, over
 * a communicator. To its network it is an actor like any other.
 *
 *     sub ─▶ says ═══════ hears ─▶ pub          qry ─▶ asks ═══════ answers ─▶ ans
 */
import {
  type ActorDefinition,
  AppError,
  actor,
  type ComponentEntries,
  type ParamValues,
} from '../../runtime/index.js'
import { AnswersByClt, AnswersByQry, AnswersByReq } from './answers-lanes.js'
import { AsksByAns, AsksByRep, AsksBySrv } from './asks-lanes.js'
import { type BridgeSettings, bridgeParams } from './bridge-params.js'
import { Connection } from './connection.js'
import { Crossing, type CrossingOptions } from './crossing.js'
import { BRIDGE, checkLanes, type Lane, type Lanes } from './lanes.js'
import { HearsLane, SaysLane } from './published.js'
import { ShowsLane } from './shows-lane.js'
import { WatchesLane } from './watches-lane.js'

/** What `bridge()` takes beside the lanes: what its parameters are unless told, and how it connects. */
export interface BridgeOptions extends Partial<BridgeSettings>, CrossingOptions {}

/**
 * One end of a bridge: an actor for an app file. Its parameters say where the other end is: `--peer` and
 * either `--dial` or `--listen`, or `QUORATE_BRIDGE_PEER` and so on. @throws AppError `bad-app` for lanes
 * that are none.
 *
 *     actors: { Gate: bridge({ reading: says(Reading), forecast: answers('ans', Question, Forecast) }) }
 */
export function bridge(lanes: Lanes, options: BridgeOptions = {}): ActorDefinition {
  checkLanes(lanes)
  return actor({
    params: bridgeParams(options),
    components: (params) => componentsOf(lanes, params, options),
  })
}

function componentsOf(
  lanes: Lanes,
  settings: ParamValues<ReturnType<typeof bridgeParams>>,
  options: CrossingOptions,
): ComponentEntries {
  const crossing = new Crossing(settings, lanes, [BRIDGE, ...Object.keys(lanes)], options)
  const carried = Object.entries(lanes).map(([name, lane]) => [name, entryOf(crossing, lane)] as const)
  return { [BRIDGE]: [Connection, { crossing }], ...Object.fromEntries(carried) }
}

const ASKS = { ans: AsksByAns, rep: AsksByRep, srv: AsksBySrv } as const
const ANSWERS = { ans: AnswersByQry, rep: AnswersByReq, srv: AnswersByClt } as const

function entryOf(crossing: Crossing, lane: Lane): ComponentEntries[string] {
  switch (lane.way) {
    case 'says':
      return [SaysLane, { crossing, lane }]
    case 'hears':
      return [HearsLane, { crossing, lane }]
    case 'asks':
      return [ASKS[lane.kind], { crossing, lane }]
    case 'answers':
      return [ANSWERS[lane.kind], { crossing, lane }]
    case 'shows':
      return [ShowsLane, { crossing, lane }]
    case 'watches':
      return [WatchesLane, { crossing, lane }]
    default:
      throw new AppError('bad-app', 'a lane of a bridge is none; make it by says(), asks() and so on')
  }
}
