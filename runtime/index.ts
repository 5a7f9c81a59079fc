/** What users of the package see: `import { … } from 'quorate'`. */
export {
  type ActorRecord,
  type Discovery,
  DiscoveryError,
  type DiscoveryErrorCode,
  type DiscoveryEvents,
  type InterfaceChoice,
} from '../discovery/index.js'
export {
  GroupError,
  type GroupErrorCode,
  type GroupTiming,
  HostError,
  type HostErrorCode,
  type Outcome,
  type PollKind,
  type TimingProfile,
  timings,
} from '../groups/index.js'
export {
  type Ans,
  type AnsOptions,
  type Answerer,
  type AskingOptions,
  type AskOptions,
  type Clt,
  type CltOptions,
  type DeadlineOption,
  type ErrorEntry,
  type Handler,
  type InputOf,
  type Ins,
  type Inside,
  type InsOptions,
  type JsonSchema,
  type MessageOptions,
  type MessageType,
  message,
  OperationError,
  type OperationErrorCode,
  type OutputOf,
  type Peer,
  type PeerPort,
  type Period,
  type PeriodText,
  type Plug,
  type Port,
  PortError,
  type PortErrorCode,
  type PortInfo,
  type PortKind,
  type PortOptions,
  type PortScope,
  type PortStats,
  type Pub,
  type PubOptions,
  type Qry,
  type QryOptions,
  type Query,
  QuorateError,
  type ReadyOptions,
  type ReceiveOptions,
  type Rep,
  type Reply,
  type Req,
  type ReqOptions,
  type ReturningOptions,
  type Sender,
  type SenderOf,
  type SendOptions,
  type SporadicTimer,
  type Srv,
  type Sub,
  type SubOptions,
  type ThreadPlug,
  type Tick,
  type TimedOption,
  type TimedSender,
  type Timer,
  type TimerOptions,
  type Transfer,
  type Validation,
  type WrittenPeriod,
} from '../ports/index.js'
export {
  type ActorDefinition,
  type ActorSpec,
  type AppDefinition,
  type AppSpec,
  type AsWritten,
  actor,
  app,
  type ComponentEntries,
  type ComponentEntry,
  type ComponentType,
  isApp,
  type NoOtherParams,
  type NoParams,
} from './app.js'
export { Component } from './component.js'
export type { Command, CommandOptions } from './control/command.js'
export type {
  CommandOutline,
  ControlledGroup,
  ControlOutline,
  Controls,
  PropertyOutline,
} from './control/controls.js'
export type { Door, DoorAd, DoorPlace } from './control/door.js'
export { ControlError, type ControlErrorCode } from './control/errors.js'
export type { Happening, HappeningListener, LeaderHappening, PollHappening } from './control/happenings.js'
export type { Metrics, MetricsSink } from './control/metrics.js'
export type { Property, PropertyOptions } from './control/property.js'
export type { SupervisedProcess, Supervision } from './control/supervision.js'
export { AppError, type AppErrorCode, errorTable } from './errors.js'
export { type EventText, type Tone, textOfEvent } from './event-text.js'
export type { EventName, EventSink, RuntimeEvent } from './events.js'
export { type StateEvent, StateMachine } from './fsm/state-machine.js'
export type { StateActions, StateTable, Transition, Transitions } from './fsm/transitions.js'
export { differenceInMeaning } from './groups/agreement.js'
export type { GroupClock } from './groups/clock.js'
export type { AnyGroup, Group, GroupStats, VoteOptions } from './groups/group.js'
export type { ActionMoment, GroupHooks, HistoryRange, MissedAction } from './groups/group-hooks.js'
export type { GroupPlace, HeldSeat, Seats, SeatsHere, Witnesses } from './groups/group-place.js'
export type { GroupPortInfo, GroupPortKind, GroupPorts } from './groups/group-ports.js'
export { type GroupStatus, groupStatus } from './groups/group-status.js'
export { type GroupOptions, type GroupType, type GroupTypes, group } from './groups/group-type.js'
export type { JoinGroupOptions } from './groups/joins-groups.js'
export type { GroupSender, LeaderSender, MemberInfo } from './groups/member-info.js'
export type { ActionRequest, PollRequest, PollResult, VoteChoice, VoteGiven } from './groups/polls.js'
export { seatsIn } from './groups/seats-text.js'
export type { GroupState, StateHandler } from './groups/shared-state.js'
export type { DeadlineEvent, LimitEvent, LimitKind, PeerEvent } from './hook-events.js'
export { describeThrown, type Stoppable, tieToProcess } from './lifetime.js'
export { limits } from './limits.js'
export { connectsTo, type Matchable } from './matching.js'
export { type ActorOutline, type ComponentOutline, outlineOf, type PortOutline } from './outline.js'
export { type OwnInterface, ownInterface } from './own-interface.js'
export { requireAllowed } from './own-keys.js'
export {
  boolean,
  number,
  type Param,
  type ParamSet,
  type ParamValue,
  type ParamValues,
  resolveParams,
  string,
} from './params.js'
export type { ActorPlace } from './place.js'
export type { Scheduler } from './schedule.js'
export {
  discoveryOf,
  type PlacedActor,
  type PlacedOptions,
  placeActor,
  type RunningActor,
  type StartOptions,
  startActor,
} from './start.js'
export { type ActorStatus, actorStatus } from './status.js'
