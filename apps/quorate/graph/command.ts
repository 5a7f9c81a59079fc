/** What `quorate graph` takes. */
import { Command, Option } from 'commander'
import { withSettings } from '../options.js'
import { known } from '../settings/known.js'

export const FORMATS = ['mermaid', 'dot'] as const

export interface GraphOptions {
  readonly format: (typeof FORMATS)[number]
}

/** The command without the parameters of an app. */
export function graphCommand(): Command {
  const command = new Command('quorate graph')
    .description('draw an app: its actors, their ports, and who connects to whom')
    .argument('<app file>', 'TypeScript or JavaScript, with an app as its default export')
    .argument('[actors...]', 'which actors; all of the app unless told')
    .usage('<app file> [actor …] [options]')
    .addOption(
      new Option('--format <language>', 'the language of the drawing').choices(FORMATS).default('mermaid'),
    )
  return withSettings(command, [known.json], { json: 'one JSON object instead of a drawing' })
}
