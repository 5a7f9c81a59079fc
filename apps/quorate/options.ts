/** Options that several commands have, and how values are read. */
import { type Command, Option } from 'commander'
import { usage } from './failure.js'

/** Reads a whole number from min to max. The reader throws a CommandFailure that names the option. */
export function wholeNumber(option: string, min: number, max: number): (text: string) => number {
  return (text) => {
    const value = Number(text)
    if (/^\d+$/.test(text) && value >= min && value <= max) return value
    throw usage(`${option} is ${JSON.stringify(text)}; give a whole number from ${min} to ${max}`)
  }
}

export interface NetworkOptions {
  readonly discovery: string
  readonly interface: string
}

/** Adds the options that say on which network, and how, actors are looked for. */
export function withNetworkOptions(command: Command): Command {
  return command
    .addOption(
      new Option('--discovery <how>', 'mdns, or static:host:port,host:port,…')
        .default('mdns', 'mdns')
        .argParser(readDiscovery),
    )
    .addOption(
      new Option('--interface <name>', 'network interface or address')
        .env('QUORATE_INTERFACE')
        .default('', 'loopback'),
    )
}

/** Reads the arguments; what is wrong is thrown, not printed. @throws CommanderError, CommandFailure. */
export function parseOptions(command: Command, args: readonly string[]): void {
  command.exitOverride().configureOutput({ writeErr: () => undefined })
  command.allowExcessArguments(false).parse([...args], { from: 'user' })
}

function readDiscovery(text: string): string {
  if (text === 'mdns' || text.startsWith('static:')) return text
  throw usage(`--discovery is ${JSON.stringify(text)}; give mdns or static:host:port,host:port,…`)
}
