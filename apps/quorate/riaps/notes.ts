/** What of a model is another thing here, or nothing at all: told at the import, and in the README. */
import { limitsOf } from './facts.js'
import type { Imported } from './imported.js'
import type { ActorModel } from './model.js'
import { timingOf } from './timing.js'
import { unknownMessages } from './write-messages.js'

export function notesOf(model: Imported): string[] {
  const { app, names, types, shapes } = model
  const unknown = unknownMessages(model)
  return [
    ...names.changed.map((change) => `renamed: ${change}`),
    ...(unknown.length > 0
      ? [`messages without a shape: ${unknown.join(', ')}; say in messages.ts what they hold`]
      : []),
    ...shapes.notes,
    ...types.guessed.map((path) => `parameter ${path}: nothing tells its type, it is a text`),
    ...groupNotes(model),
    ...app.actors.flatMap(actorNotes),
    ...componentNotes(model),
    ...(app.libraries.length > 0
      ? [`libraries ${listed(app.libraries.map(({ name }) => name))}: import what they do`]
      : []),
  ]
}

function groupNotes({ app, joins }: Imported): string[] {
  const joined = new Set(joins.map(({ group }) => group))
  const idle = app.groups.filter(({ name }) => !joined.has(name)).map(({ name }) => name)
  const led = app.groups.filter(({ kind }) => kind !== 'default')
  return [
    ...led.map((group) => timingOf(group).note),
    ...led.map(({ name, timing: { consensusTimeout: ms = 1500 } }) => {
      const vote = `requestVote(topic, { timeout: ${ms} })`
      return `group ${name}: its votes took ${ms} ms at most; here each says it: ${vote}`
    }),
    ...led.map(
      ({ name }) =>
        `group ${name}: quorum 2, so 3 members may elect and others observe; set what you need in groups.ts`,
    ),
    ...(idle.length > 0
      ? [`groups ${idle.join(', ')}: who joins is not in the model; say --join Component=Group.instance`]
      : []),
  ]
}

function actorNotes(actor: ActorModel): string[] {
  const { name, isRealTime, scheduler, usage } = actor
  const policy = scheduler === 'rr' ? 'SCHED_RR' : `SCHED_FIFO at ${scheduler}`
  const limits = Object.keys(limitsOf(actor))
  const { ceil = 0, burst = 0 } = usage.network ?? {}
  return [
    ...(isRealTime || scheduler !== undefined
      ? [`actor ${name}: ${scheduler === undefined ? 'real-time' : policy} is its host's to give, as by chrt`]
      : []),
    ...(limits.length > 0
      ? [`actor ${name}: limits of ${limits.join(', ')} are in generated/model.json, for deployments`]
      : []),
    ...(usage.memory || usage.disk
      ? [`actor ${name}: past its memory or disk RIAPS only tells it; an agent stops it`]
      : []),
    ...(ceil > 0 || burst > 0 ? [`actor ${name}: net ceil and burst have no counterpart`] : []),
  ]
}

function componentNotes({ app }: Imported): string[] {
  const written = app.components.filter(({ language }) => language !== undefined)
  const devices = app.components.filter(({ isDevice }) => isDevice)
  const deadlines = app.components.flatMap(({ name, ports }) =>
    ports.flatMap((port) => (port.deadlineMs === undefined ? [] : [`${name}.${port.name}`])),
  )
  return [
    ...(written.length > 0
      ? [`code in ${listed(written.map(({ name, language }) => `${language} (${name})`))} is not translated`]
      : []),
    ...devices.map(
      ({ name }) =>
        `device ${name}: runs in the process of its actor, as its user; its threads speak by inside ports`,
    ),
    ...(deadlines.length > 0
      ? [`deadlines of ${listed(deadlines)}: a handler that takes longer is told by onDeadline`]
      : []),
  ]
}

function listed(texts: readonly string[]): string {
  return texts.join(', ')
}
