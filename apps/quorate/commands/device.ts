/**
 * `quorate device`: a device as auto-trainer-api's own client application plays one, to test managers with:
 * it sends heartbeats, answers every command, and publishes what is typed or piped in.
 */
import { createInterface } from 'node:readline'
import { Command, Option } from 'commander'
import {
  ApiCommand,
  type ApiCommandRequest,
  type ApiCommandRequestResponse,
  ApiCommandRequestResult,
  ApiTopic,
  RpcService,
} from '../../../control/index.js'
import { argumentsIn, LineError, wordsOf } from '../console/line.js'
import { kindNumber, topicNumber } from '../console/numbers.js'
import { exitCodes, lineOf, usage } from '../failure.js'
import { parseOptions, withSettings } from '../options.js'
import { settingsOf } from '../settings/find.js'
import { known } from '../settings/known.js'
import { complain, harmless } from '../terminal.js'

const SIGNALS = ['SIGINT', 'SIGTERM'] as const
/** Milliseconds until the result of a command that is pending. */
const PENDING_MS = 300
/** Commands that take a while. */
const ACQUISITION: readonly number[] = [ApiCommand.START_ACQUISITION, ApiCommand.STOP_ACQUISITION]
/** What others give. */
const ANSWERS: ReadonlyMap<number, object> = new Map<number, object>([
  [
    ApiCommand.GET_CONFIGURATION,
    {
      deviceId: '000000',
      configurationLocation: '/var/lib/autotrainer',
      dataLocation: '/var/lib/autotrainer/data',
      animalLocation: '/var/lib/autotrainer/animals',
      logLocation: '/var/log/autotrainer',
      inferenceModel: '/var/lib/autotrainer/model',
    },
  ],
  [ApiCommand.GET_STATUS, { appStatus: 0, trainingMode: 100, animalId: '' }],
])

export function deviceCommand(): Command {
  const command = new Command('quorate device')
    .description('play a device of auto-trainer-api, to test managers with')
    .addOption(
      new Option('--subscriber-port <port>', 'TCP port that publishes; 0 is a free one').default('5556'),
    )
    .addOption(
      new Option('--command-port <port>', 'TCP port that takes commands; 0 is a free one').default('5557'),
    )
    .addOption(new Option('--host <address>', 'IPv4 address to listen at').default('127.0.0.1'))
    .addOption(new Option('--heartbeat <seconds>', 'between two heartbeats').default('5'))
    .addOption(new Option('--identifier <name>', 'what heartbeats call it').default('autotrainer-device'))
    .addOption(new Option('--faithful', 'alter values in answers as version 0.9.7 does'))
    .addHelpText('after', HELP)
  return withSettings(command, [known.json], { json: 'commands as JSON lines on standard output' })
}

const HELP = `
Lines that are typed, or piped in, are published:
  event <kind> [name=value …|{…}]     an event: event 1501 x=3
  emergency stop|resume [reason=…]    as EMERGENCY, too
  property <object> name=value …      PROPERTY_CHANGE
  publish <topic> <text>              any text on any topic
  quit                                leave`

interface Given {
  readonly subscriberPort: string
  readonly commandPort: string
  readonly host: string
  readonly heartbeat: string
  readonly identifier: string
  readonly faithful?: boolean
}

/** Runs the command; resolves with the exit code. */
export async function device(args: readonly string[]): Promise<number> {
  const command = deviceCommand()
  parseOptions(command, args)
  const given: Given = command.opts()
  const json = settingsOf(command).of(known.json)
  const service = new RpcService(
    {
      subscriberPort: wholeIn(given.subscriberPort, '--subscriber-port'),
      commandPort: wholeIn(given.commandPort, '--command-port'),
      host: given.host,
      heartbeatInterval: Number(given.heartbeat),
      identifier: given.identifier,
      faithful: given.faithful === true,
    },
    { warn: complain },
  )
  service.commandRequestDelegate = (request) => answer(service, request, json)
  await service.start()
  const { subscriberPort, commandPort } = service
  complain(`publishes at ${given.host}:${subscriberPort}, takes commands at ${given.host}:${commandPort}`)
  try {
    return await publishing(service)
  } finally {
    await service.stop()
  }
}

function wholeIn(text: string, option: string): number {
  if (/^\d{1,5}$/.test(text)) return Number(text)
  throw usage(`${option} is ${JSON.stringify(text)}; give a TCP port`)
}

/** As the client application of the reference answers. */
function answer(service: RpcService, request: ApiCommandRequest, json: boolean): ApiCommandRequestResponse {
  const { command, customCommand, nonce, data } = request
  const text = json ? JSON.stringify({ v: 1, command, customCommand, nonce, data }) : shown(request)
  process.stdout.write(`${harmless(text)}\n`)
  const isBegun = ACQUISITION.includes(command)
  if (!isBegun) return { result: ApiCommandRequestResult.SUCCESS, data: ANSWERS.get(command) ?? null }
  setTimeout(() => {
    const result = { result: ApiCommandRequestResult.SUCCESS, data: null, errorCode: 0, errorMessage: null }
    service.sendJson(ApiTopic.COMMAND_RESULT, { ...result, command, nonce })
  }, PENDING_MS).unref()
  return { result: ApiCommandRequestResult.PENDING_WITH_NOTIFICATION }
}

function shown({ command, customCommand, nonce, data }: ApiCommandRequest): string {
  const custom = customCommand === -1 ? '' : ` custom ${customCommand}`
  return `command ${command}${custom} nonce ${nonce}${data === null ? '' : ` ${JSON.stringify(data)}`}`
}

/** Publishes the lines that come, until `quit` or a signal; runs on where no more come. */
function publishing(service: RpcService): Promise<number> {
  return new Promise((resolve) => {
    const lines = createInterface({ input: process.stdin })
    const end = (code: number): void => {
      for (const signal of SIGNALS) process.off(signal, interrupted)
      lines.close()
      process.stdin.destroy()
      resolve(code)
    }
    const interrupted = (): void => end(exitCodes.ok)
    for (const signal of SIGNALS) process.on(signal, interrupted)
    lines.on('line', (line) => {
      try {
        if (line.trim() === 'quit') end(exitCodes.ok)
        else publish(service, line)
      } catch (error) {
        complain(lineOf(error))
      }
    })
  })
}

function publish(service: RpcService, line: string): void {
  const [verb, what, ...rest] = wordsOf(line)
  if (!verb) return
  if (!what) throw new LineError(`${verb.text} what? --help tells what lines may be`)
  if (verb.text === 'publish') {
    service.sendString(topicNumber(what.text), rest.map(({ text }) => text).join(' '))
    return
  }
  const context = argumentsIn(rest) ?? null
  const isObject = context === null || typeof context === 'object'
  if (!isObject) throw new LineError('give name=value, or one {"name": value}')
  else if (verb.text === 'event') service.sendEvent(kindNumber(what.text), context)
  else if (verb.text === 'emergency') service.sendEvent(kindNumber(`emergency-${what.text}`), context)
  else if (verb.text === 'property') {
    service.sendJson(ApiTopic.PROPERTY_CHANGE, { objectId: what.text, ...context })
  } else throw new LineError(`there is no ${JSON.stringify(verb.text)}; --help tells what lines may be`)
}
