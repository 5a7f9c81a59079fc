/** Options that several commands have: the settings. */
import { type Command, Option } from 'commander'
import type { Setting } from './settings/setting.js'

/**
 * Adds the options of settings, in this order. They have no values of their own: what is not given here may
 * be in the environment or the file, of which `settings/in-force.ts` knows. `help` has other words for some.
 */
export function withSettings(
  command: Command,
  settings: readonly Setting[],
  help: Readonly<Record<string, string>> = {},
): Command {
  for (const setting of settings) {
    const { name, flag, argument, variable, fallbackShown } = setting
    const facts = [...(fallbackShown ? [`default: ${fallbackShown}`] : []), `env: ${variable}`]
    const text = `${help[name] ?? setting.help} (${facts.join(', ')})`
    command.addOption(new Option(`${flag} ${argument}`.trim(), text))
    if (!argument) command.addOption(new Option(flag.replace('--', '--no-'), `not ${flag}`).hideHelp())
  }
  return command.addHelpText('after', SETTINGS_HELP)
}

const SETTINGS_HELP = '\nOptions with a variable may also be in quorate.yaml: see quorate config --explain'

/** Reads the arguments; what is wrong is thrown, not printed. @throws CommanderError. */
export function parseOptions(command: Command, args: readonly string[]): void {
  command.exitOverride().configureOutput({ writeErr: () => undefined })
  command.allowExcessArguments(false).parse([...args], { from: 'user' })
}
