/** A machine of three states and one event, driven by hand: `go()` is what its port would call. */
import { expect } from 'chai'
import pino from 'pino'
import { z } from 'zod'
import { message } from '../../../../ports/index.js'
import { ACTIVATED, type Component, makeComponent } from '../../../../runtime/component.js'
import { AppError } from '../../../../runtime/errors.js'
import { type StateEvent, StateMachine } from '../../../../runtime/fsm/state-machine.js'
import type { StateActions, Transitions } from '../../../../runtime/fsm/transitions.js'
import { nameThePorts } from '../../../../runtime/port-names.js'
import { rejectionOf } from '../../../rejection.js'
import { deferred } from '../../../support/eventually.js'

type State = 'idle' | 'busy' | 'done'
type Given = Transitions<State, [word: string]>

const Word = message('Word', z.string())
const Untyped = message('Untyped')
let given: Given = {}
let actions: { [S in State]?: StateActions } = {}
let seen: string[] = []
let lines: string[] = []

class Machine extends StateMachine<State> {
  protected readonly initial = 'idle'
  protected override readonly states = actions
  readonly go = this.on<[word: string]>(given)
  readonly heard = this.sub(Word, this.go)
}

class Telling extends Machine {
  protected override onUnhandledEvent = (told: StateEvent<State>): unknown => note('unhandled', told)
  protected override onNoTransition = (told: StateEvent<State>): unknown => note('no transition', told)
  protected override onNondeterminism = (told: StateEvent<State>): unknown => note('several', told)
}

function note(what: string, { event, state, message }: StateEvent<State>): void {
  seen.push(`${what}: ${event} ${message} in ${state}`)
}

function made<C extends Component>(type: new () => C): C {
  const log = pino({ level: 'debug' }, { write: (line: string) => void lines.push(JSON.parse(line).msg) })
  const context = { name: 'it', actor: 'A', actorId: '00', app: 'a', params: {}, log }
  const made = makeComponent(type, context)
  for (const [name, port] of nameThePorts(made, 'it')) port.place('it', name, 'global')
  if (!(made.component instanceof type)) throw new Error('another class was made')
  return made.component
}

function machine(transitions: Given, states: typeof actions = {}, type = Machine): Machine {
  given = transitions
  actions = states
  const it = made(type)
  it[ACTIVATED]()
  return it
}

const says = (what: string) => (): unknown => seen.push(what)
const noisy = (state: State): StateActions => ({
  entry: says(`enter ${state}`),
  exit: says(`leave ${state}`),
})

describe('a state machine', () => {
  beforeEach(() => {
    seen = []
    lines = []
  })

  it('begins in its initial state with the entry of it, when it is activated', () => {
    given = {}
    actions = { idle: noisy('idle') }
    const it = made(Machine)
    expect([it.state, ...seen]).to.deep.equal(['idle'])
    it[ACTIVATED]()
    expect([it.state, ...seen]).to.deep.equal(['idle', 'enter idle'])
  })

  it('leaves the state, acts, and enters the next, in this order and in one go', () => {
    const go = { idle: { to: 'busy', do: (word: string) => seen.push(`do ${word}`) } } as const
    const it = machine(go, { idle: noisy('idle'), busy: noisy('busy') })
    seen = []
    expect(it.go('now')).to.equal(undefined)
    expect([it.state, ...seen]).to.deep.equal(['busy', 'leave idle', 'do now', 'enter busy'])
  })

  it('stays where a transition has no next state, and leaves and enters one that is the same', () => {
    const go: Given = { idle: { do: says('act') } }
    machine(go, { idle: noisy('idle') }).go('x')
    machine({ idle: { to: 'idle', do: says('act') } }, { idle: noisy('idle') }).go('x')
    expect(seen.join(', ')).to.equal('enter idle, act, enter idle, leave idle, act, enter idle')
  })

  it('waits for async actions one by one, and is in the old state until they have settled', async () => {
    const exit = deferred()
    const entry = deferred()
    const states = { idle: { exit: () => exit.promise }, busy: { entry: () => entry.promise } }
    const it = machine({ idle: { to: 'busy', do: async () => says(`do in ${it.state}`)() } }, states)
    const settled = Promise.resolve(it.go('x')).then(says('settled'))
    expect([it.state, ...seen]).to.deep.equal(['idle'])
    exit.resolve()
    entry.resolve()
    await settled
    expect([it.state, ...seen]).to.deep.equal(['busy', 'do in idle', 'settled'])
  })

  for (const [where, isAsync] of [
    ['at once', false],
    ['later', true],
  ] as const) {
    const broken = isAsync ? () => Promise.reject(new Error('no')) : fail
    it(`stays where an exit or the action throws ${where}, and not where an entry does`, async () => {
      const go = (transition: object, states: typeof actions): Machine =>
        machine({ idle: { to: 'busy', ...transition } }, states)
      const machines = [
        go({ do: says('not reached') }, { idle: { exit: broken } }),
        go({ do: broken }, { busy: { entry: says('not reached') } }),
        go({}, { busy: { entry: broken } }),
      ]
      for (const each of machines) {
        const rejection = await rejectionOf(Promise.resolve().then(() => each.go('x')))
        expect(rejection).to.have.property('message', 'no')
      }
      expect(machines.map(({ state }) => state)).to.deep.equal(['idle', 'idle', 'busy'])
      expect(seen).to.deep.equal([])
    })
  }

  it('stays in the state where a guard throws', () => {
    const it = machine({ idle: { guard: fail, to: 'busy' } })
    expect(() => it.go('x')).to.throw('no')
    expect(it.state).to.equal('idle')
  })

  it('tells its hooks of events that do nothing, or could do several things, with port and message', () => {
    const two = [
      { guard: (word: string) => word !== 'none', to: 'busy', do: says('first') },
      { guard: (word: string) => word === 'both', to: 'done', do: says('second') },
    ] as const
    const it = machine({ idle: two }, {}, Telling)
    for (const word of ['none', 'both', 'late']) it.go(word)
    expect(seen).to.deep.equal([
      'no transition: heard none in idle',
      'several: heard both in idle',
      'first',
      'unhandled: heard late in busy',
    ])
  })

  it('logs them unless told: what does nothing at level debug, what is ambiguous once as a warning', () => {
    const idle = [{ guard: (word: string) => word === 'both' }, { guard: (word: string) => word === 'both' }]
    const it = machine({ idle })
    for (const word of ['none', 'both', 'both']) it.go(word)
    machine({}).go('x')
    expect(lines).to.deep.equal([
      'no transition of heard in the state idle may be taken',
      'heard may take several transitions in the state idle; it takes the first',
      'heard does nothing in the state idle',
    ])
  })

  it('knows the port of an event also where it is the bytes of it', () => {
    class OfBytes extends Telling {
      readonly bytes = this.on({})
      readonly image = this.sub(message('Image'), undefined, { bytes: this.bytes })
    }
    made(OfBytes).bytes(new Uint8Array(1))
    expect(seen).to.deep.equal(['unhandled: image 0 in idle'])
  })

  const misspelt: Record<string, [transitions: object, states: object, text: string]> = {
    'a state that is entered': [
      { idle: { to: 'busy' } },
      { bussy: noisy('busy') },
      'is never in the state "bussy"',
    ],
    'a state that an event comes in': [{ idel: { do: says('never') } }, {}, 'is never in the state "idel"'],
    'an action of a state': [
      {},
      { idle: { exti: fail } },
      'state idle: "exti" means nothing here; write one of entry, exit',
    ],
    'a part of a transition': [
      { idle: [{ guadr: fail }] },
      {},
      'state idle: "guadr" means nothing here; write one of guard, to, do',
    ],
  }
  for (const [what, [transitions, states, text]] of Object.entries(misspelt)) {
    it(`refuses the misspelt name of ${what}, which would never do anything`, () => {
      given = transitions
      actions = states
      expect(() => made(Machine))
        .to.throw(AppError, `it${text.startsWith('is') ? ' ' : ', '}${text}`)
        .with.property('code', 'bad-app')
    })
  }

  it('takes what is undefined as what is not there', () => {
    const absent: object = { done: undefined }
    expect(machine(absent, absent).state).to.equal('idle')
  })

  it('refuses to be the handler of a rep or srv, which it could not answer', () => {
    class OfRep extends StateMachine<State> {
      protected readonly initial = 'idle'
      readonly answers = this.rep(Word, Untyped, this.on({}))
    }
    class OfSrv extends StateMachine<State> {
      protected readonly initial = 'idle'
      readonly answers = this.srv(Word, Untyped, this.on({}))
    }
    expect(() => made(OfRep)).to.throw(AppError, 'it: a rep returns its answer, and this.on() returns none')
    expect(() => made(OfSrv)).to.throw(AppError, 'it: a srv returns its answer')
  })

  it('refuses one handler for two ports, whose events it could not tell apart', () => {
    class Sharing extends Machine {
      readonly again = this.sub(Word, this.go)
    }
    expect(() => made(Sharing)).to.throw(AppError, 'it: two ports share one this.on(); give each its own')
  })
})

function fail(): never {
  throw new Error('no')
}
