/** What `quorate record` and `quorate replay` take. */
import { Command } from 'commander'
import { commandLimits } from '../limits.js'
import { withSettings } from '../options.js'
import { known } from '../settings/known.js'

export interface RecordOptions {
  readonly bytes?: string
  readonly for?: string
  readonly force?: true
}

export interface ReplayOptions {
  readonly app?: string
  readonly speed?: string
  readonly from?: string
  readonly to?: string
  readonly loop?: true
}

const ONLY_PUB = '\nOnly what pub ports publish is recorded: qry, ans, req, rep, clt and srv ports are not.'

export function recordCommand(): Command {
  const command = new Command('quorate record')
    .description('write the messages of pub ports of a running app to a file, until Ctrl-C')
    .argument('<file>', 'where to; JSON lines')
    .argument('[ports...]', 'pub ports: names of messages, or component.port; all of them unless told')
    .usage('<file> [port …] [options]')
    .option('--bytes <n>', `bytes after which it ends (default: ${commandLimits.recordingBytes})`)
    .option('--for <time>', "how long, as '10s' or '5min' (default: until Ctrl-C)")
    .option('--force', 'write over a file that is there')
    .addHelpText('after', ONLY_PUB)
  const { discovery, interface: network, app, keys, insecure, wait } = known
  return withSettings(command, [discovery, network, app, keys, insecure, wait])
}

export function replayCommand(): Command {
  const command = new Command('quorate replay')
    .description('publish what was recorded, with its timing, as an actor of the app')
    .argument('<file>', 'what quorate record has written')
    .usage('<file> [options]')
    .option('--speed <factor>', `how many times as fast, at most ${commandLimits.replaySpeed} (default: 1)`)
    .option('--from <time>', "from there on, as '1.5s'")
    .option('--to <time>', 'up to there')
    .option('--loop', 'again and again, until Ctrl-C')
    // Not the setting: what is set for all commands must not lead a recording of one app into another.
    .option('--app <name>', 'the app, if another than was recorded')
  const { discovery, interface: network, keys, insecure, yesInsecureNetwork, wait } = known
  return withSettings(command, [discovery, network, keys, insecure, yesInsecureNetwork, wait])
}
