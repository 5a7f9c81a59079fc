/**
 * A component that is a state machine: its ports are its events, and what one does depends on the state. An
 * event comes when the actions of the one before have settled, async ones too, as with all handlers.
 *
 * Where an exit or the transition's own action throws, the state stays as it was; where an entry throws, the
 * machine is in the new state. Both are reported as what any handler throws.
 */
import type { Port } from '../../ports/index.js'
import { ACTIVATED, Component, MADE, type PortAware } from '../component.js'
import { AppError } from '../errors.js'
import { checkMachine } from './check.js'
import {
  choose,
  inOrder,
  own,
  type StateActions,
  type StateTable,
  type Transition,
  type Transitions,
} from './transitions.js'

/** An event that did not do what one might expect. */
export interface StateEvent<State extends string> {
  /** Name of the port. */
  readonly event: string
  /** In which the event came. */
  readonly state: State
  /** What the port's handler got: the message, or the tick. */
  readonly message: unknown
}

/**
 * A component whose ports are events: `class Door extends StateMachine<'open' | 'shut'>`. It begins in the
 * state `initial`, and what a port does in each state `this.on()` says.
 */
export abstract class StateMachine<
  State extends string,
  Params extends object = object,
> extends Component<Params> {
  /** The state at the start; its entry runs after onActivate. */
  protected abstract readonly initial: State
  /** What is done when a state is entered and left: `this.actions({ … })`. */
  protected readonly states: StateTable<State> = {}
  readonly #tables: object[] = []
  #state: State | undefined
  /** What was warned of: at most one text for each event and state. */
  readonly #warned = new Set<string>()

  /** The state that the machine is in. */
  get state(): State {
    return this.#state ?? this.initial
  }

  /** Called for an event that the state has no transition for. Logged at level debug unless told. */
  protected onUnhandledEvent({ event, state }: StateEvent<State>): unknown {
    return this.log.debug(`${event} does nothing in the state ${state}`)
  }

  /** Called where the state has transitions for an event and no guard holds. */
  protected onNoTransition({ event, state }: StateEvent<State>): unknown {
    return this.log.debug(`no transition of ${event} in the state ${state} may be taken`)
  }

  /**
   * Called where more than one guard holds, before the first of the transitions is taken; one without a guard
   * behind them does not count. A warning in the log, once for each event and state, unless told.
   */
  protected onNondeterminism({ event, state }: StateEvent<State>): unknown {
    const text = `${event} may take several transitions in the state ${state}; it takes the first`
    if (!this.#warned.has(text)) this.log.warn(text)
    return this.#warned.add(text)
  }

  /**
   * What is done when states are entered and left, as given; what is misspelt does not compile.
   * @example states = this.actions({ waiting: { entry: () => this.patience.launch('1s') } })
   */
  protected actions(states: StateTable<State>): StateTable<State> {
    return states
  }

  /**
   * The handler of a port that is an event: what it does in each state.
   * @example pong = this.sub(Pong, this.on({ waiting: { guard: (m) => m.ok, to: 'idle' } }))
   */
  protected on<Event extends readonly unknown[]>(
    transitions: NoInfer<Transitions<State, Event>>,
  ): ((...event: Event) => unknown) & PortAware {
    let port: Port | undefined
    this.#tables.push(transitions)
    const handler = (...event: Event): unknown => this.#fire(port?.name ?? '', transitions, event)
    return Object.assign(handler, {
      takesPort: (its: Port) => {
        if (its.kind === 'rep' || its.kind === 'srv') {
          const text = `${this.name}: a ${its.kind} returns its answer, and this.on() returns none`
          throw new AppError(
            'bad-port',
            `${text}; let the machine answer by an ans, and its peer ask by a qry`,
          )
        }
        if (port && port !== its) {
          throw new AppError('bad-port', `${this.name}: two ports share one this.on(); give each its own`)
        }
        port = its
      },
    })
  }

  /** The runtime's: @throws AppError `bad-app` for what could never happen, as by a name that is misspelt. */
  override [MADE](): void {
    checkMachine({ name: this.name, initial: this.initial, states: this.states, tables: this.#tables })
  }

  /** The runtime's: the machine begins. */
  override [ACTIVATED](): unknown {
    this.#state = this.initial
    return this.#actionsOf(this.initial)?.entry?.()
  }

  #actionsOf(state: State): StateActions | undefined {
    return own<State, StateActions>(this.states, state)
  }

  #fire<Event extends readonly unknown[]>(
    name: string,
    transitions: Transitions<State, Event>,
    event: Event,
  ): unknown {
    const { state } = this
    const told = { event: name, state, message: event[0] }
    const choice = choose(transitions, state, event)
    if (choice.kind === 'unhandled') return this.onUnhandledEvent(told)
    if (choice.kind === 'refused') return this.onNoTransition(told)
    const steps = this.#stepsOf(choice.transition, state, event)
    if (choice.others > 0) steps.unshift(() => this.onNondeterminism(told))
    return inOrder(steps)
  }

  #stepsOf<Event extends readonly unknown[]>(
    transition: Transition<State, Event>,
    state: State,
    event: Event,
  ): (() => unknown)[] {
    const { to } = transition
    const act = () => transition.do?.(...event)
    if (to === undefined) return [act]
    return [
      () => this.#actionsOf(state)?.exit?.(),
      act,
      () => {
        this.#state = to
      },
      () => this.#actionsOf(to)?.entry?.(),
    ]
  }
}
