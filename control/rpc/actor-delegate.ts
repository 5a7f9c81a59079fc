/** Answers the commands that come to an actor: its components', and those that every actor has. */
import { z } from 'zod'
import { messageOf } from '../../ports/index.js'
import { ControlError, type ControlErrorCode, type Controls } from '../../runtime/index.js'
import { ActorCommand, ApiCommand, ApiCommandRequestResult } from './codes.js'
import type { CommandRequestDelegate } from './delegate.js'
import type { ApiCommandRequestResponse } from './reply.js'
import type { ApiCommandRequest } from './request.js'

export interface ActorDelegateOptions {
  readonly controls: Controls
  /** Whether who comes by this door may have groups hand over and vote. */
  readonly mayGroup: boolean
}

const { SUCCESS, FAILED, UNAVAILABLE, UNRECOGNIZED } = ApiCommandRequestResult

/** The number of an error in a reply, and the result beside it. Numbers stay what they are. */
const ERRORS = {
  'unknown-command': [1, UNRECOGNIZED],
  'unknown-property': [2, UNRECOGNIZED],
  ambiguous: [3, UNRECOGNIZED],
  'bad-arguments': [4, FAILED],
  'read-only': [5, FAILED],
  'not-joined': [6, FAILED],
  'component-busy': [7, UNAVAILABLE],
  'actor-stopping': [8, UNAVAILABLE],
  'not-authorised': [9, FAILED],
} as const satisfies Record<ControlErrorCode, readonly [errorCode: number, result: number]>
const errors = new Map<string, readonly [errorCode: number, result: number]>(Object.entries(ERRORS))

const named = z.object({ name: z.string() })
const call = named.extend({ args: z.unknown().optional() })
const set = named.extend({ value: z.unknown() })
const transfer = z.object({ group: z.string(), to: z.string().optional() })
const vote = z.object({
  group: z.string(),
  topic: z.unknown(),
  kind: z.enum(['majority', 'consensus']).optional(),
  timeout: z.number().positive().optional(),
})

export function actorDelegate(options: ActorDelegateOptions): CommandRequestDelegate {
  return async (request) => {
    try {
      const data = await answer(options, request)
      return { result: SUCCESS, data: data ?? null }
    } catch (error) {
      const response = error instanceof ControlError && failureOf(error)
      if (response) return response
      throw error
    }
  }
}

async function answer(
  { controls, mayGroup }: ActorDelegateOptions,
  request: ApiCommandRequest,
): Promise<unknown> {
  const { command, customCommand, data, given } = request
  const code = command !== ApiCommand.USER_DEFINED ? command : codeOf(given, customCommand)
  // What a component has of its own comes first.
  if (controls.hasCode(code)) return controls.command(code, data)
  if (command === ApiCommand.USER_DEFINED) return answerOwn(controls, mayGroup, customCommand, data)
  switch (command) {
    case ApiCommand.NONE:
      return null
    case ApiCommand.GET_CONFIGURATION:
      return configurationOf(controls)
    case ApiCommand.GET_STATUS:
      return controls.status
    default:
      throw unknown(code)
  }
}

/** Later versions have commands that this one does not know: their numbers are codes, too. */
function codeOf(given: ApiCommandRequest['given'], customCommand: number): number {
  return typeof given === 'number' && given !== ApiCommand.USER_DEFINED ? given : customCommand
}

async function answerOwn(
  controls: Controls,
  mayGroup: boolean,
  custom: number,
  data: unknown,
): Promise<unknown> {
  switch (custom) {
    case ActorCommand.DESCRIBE:
      return controls.outline
    case ActorCommand.CALL: {
      const { name, args } = taken(call, data)
      return controls.command(name, args)
    }
    case ActorCommand.GET:
      return controls.get(taken(named, data).name)
    case ActorCommand.SET: {
      const { name, value } = taken(set, data)
      return controls.set(name, value)
    }
    case ActorCommand.GROUP_TRANSFER: {
      const { group: name, to } = taken(transfer, data)
      const group = permitted(controls, mayGroup, name)
      await group.transferLeadership(to)
      // Another than the one that was named may have been quicker.
      return { leader: group.leader?.id ?? null }
    }
    case ActorCommand.GROUP_VOTE: {
      const { group, topic, kind, timeout } = taken(vote, data)
      const options = { ...(kind && { kind }), ...(timeout && { timeout }) }
      return permitted(controls, mayGroup, group).requestVote(topic, options)
    }
    default:
      throw unknown(custom)
  }
}

function permitted(controls: Controls, mayGroup: boolean, group: string) {
  if (mayGroup) return controls.group(group)
  const text = 'groups take commands of operators, who have a key, and come by the door that is locked'
  throw new ControlError('not-authorised', text)
}

function taken<T>(schema: z.ZodType<T>, data: unknown): T {
  const result = schema.safeParse(data)
  if (result.success) return result.data
  const [issue] = result.error.issues
  throw new ControlError(
    'bad-arguments',
    `data.${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'is wrong'}`,
  )
}

function configurationOf(controls: Controls): object {
  const { app, version, actor, id } = controls.status
  return { deviceId: id, applicationVersion: version, app, actor, ...controls.outline }
}

function unknown(code: number): ControlError {
  return new ControlError('unknown-command', `this actor has no command of the number ${code}`)
}

function failureOf(error: ControlError): ApiCommandRequestResponse {
  const [errorCode, result] = errors.get(error.code) ?? [ERRORS['unknown-command'][0], FAILED]
  return { result, errorCode, errorMessage: messageOf(error) }
}
