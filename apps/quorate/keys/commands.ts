/** What `quorate keys` and each of its commands take. */
import { Command, Option } from 'commander'
import { keyLimits, ROLES, type Role } from '../../../ports/security/index.js'
import { withSettings } from '../options.js'
import { known } from '../settings/known.js'

export interface ActorOptions {
  readonly role: Role
  readonly days?: string
  readonly out?: string
}

export interface RotateOptions {
  readonly appKey?: true
  readonly days?: string
}

export interface TlsOptions {
  readonly days?: string
  readonly host: readonly string[]
}

const { certificateDays, certificateDaysMax, overlapDays } = keyLimits

const HELP = `
The app key signs the keys of actors. It is on one host; to another host go only the keys of its actors:
  quorate keys init cell                           on the one
  quorate keys actor cell Meter --out meter.keys   there, too; carry the file over, by scp
  quorate keys import meter.keys                   on the other; then remove the file

Communicators talk in TLS, by certificates that are no keys of an app:
  quorate keys tls certs hub site-1                a pair of files for each, in the folder certs`

/** The command with all commands of its own; each is read by itself. */
export function keysCommand(): Command {
  const command = new Command('quorate keys')
    .description('make, list and take back the keys of an app')
    .usage('<command> …')
    .helpCommand(false)
    .addHelpText('after', HELP)
  for (const each of [init(), actor(), imports(), list(), anchors(), revoke(), rotate(), tls()])
    command.addCommand(each)
  return command
}

function init(): Command {
  return withKeys(ofApp('init', 'make the app key, which signs all others').usage('<app> [options]'))
}

function actor(): Command {
  const command = ofApp('actor', 'make keys for actors')
    .argument('<actor...>', "names of actors, a key for each; '*' for a key that any may use")
    .usage('<app> <actor …> [options]')
    .addOption(
      new Option('--role <role>', 'what their holders may do').choices(ROLES).default('actor' satisfies Role),
    )
    .option('--days <n>', `days until they end, at most ${certificateDaysMax} (default: ${certificateDays})`)
    .option('--out <file>', 'to carry to another host, with all that it needs to know; no key stays here')
  return withKeys(command)
}

function imports(): Command {
  const command = new Command('import')
    .description('take in keys that another host has made')
    .argument('<file>', 'what quorate keys actor --out has written')
    .usage('<file> [options]')
  return withKeys(command)
}

function list(): Command {
  const command = ofApp('list', 'list the keys, and whom this host trusts').usage('<app> [options]')
  return withSettings(command, [known.keys, known.json], { json: 'one JSON object' })
}

function anchors(): Command {
  const command = ofApp('anchors', 'print whom this host trusts for the app; no secret is in it')
    .usage('<app> [options]')
    .option('--out <file>', 'into a file, for quorate agent --trust')
  return withKeys(command)
}

function revoke(): Command {
  const command = ofApp('revoke', 'take keys back, where the app key is')
    .argument('<key...>', 'serials, their first 8 or more characters, or names of actors: all of their keys')
    .usage('<app> <serial or actor …> [options]')
  return withKeys(command)
}

function rotate(): Command {
  const command = ofApp('rotate', 'make new keys in place of those that are in the folder')
    .argument('[actor...]', 'for these actors; for all unless told')
    .usage('<app> [actor …] [options]')
    .option('--app-key', 'a new app key, too')
    .option('--days <n>', `days for which the former app key is still trusted (default: ${overlapDays})`)
  return withKeys(command)
}

function tls(): Command {
  const command = new Command('tls')
    .description('make certificates for TLS between communicators')
    .argument('<folder>', 'of the certificates, and of ca.pem and ca.key, which are made where they are not')
    .argument('<name...>', 'names of endpoints, a certificate for each and all below it')
    .usage('<folder> <name …> [options]')
    .option('--days <n>', `days until they end, at most ${certificateDaysMax} (default: ${certificateDays})`)
    .addOption(
      new Option(
        '--host <host>',
        'for programs that compare it: a name or address; several, each with --host',
      )
        .argParser((host: string, before: readonly string[]) => [...before, host])
        .default([], 'its name, localhost, 127.0.0.1'),
    )
  return withSettings(command, [known.json], { json: 'one JSON object' })
}

function ofApp(name: string, description: string): Command {
  return new Command(name).description(description).argument('<app>', 'name of the app, or its file')
}

function withKeys(command: Command): Command {
  return withSettings(command, [known.keys])
}
