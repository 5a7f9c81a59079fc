/** `quorate bundle`: makes the file that an app is shipped as to agents. */
import { Command } from 'commander'
import { bytesOf } from '../../../control/bundle/index.js'
import { packBundle } from '../bundle/pack.js'
import { exitCodes } from '../failure.js'
import { parseOptions, withSettings } from '../options.js'
import { settingsOf } from '../settings/find.js'
import { known } from '../settings/known.js'
import { complain } from '../terminal.js'

export function bundleCommand(): Command {
  const command = new Command('quorate bundle')
    .description('make the file that an app is shipped as to agents, with the packages that it needs')
    .argument('<app file>', 'the .ts or .js file that exports the app')
    .option('--out <file>', 'the file to make (default: <app>.qb)')
    .option('--files <pattern...>', 'files that go with it: data/*.json, models/**')
  return withSettings(command, [known.keys, known.json], { json: 'one JSON object' })
}

/** Runs the command; resolves with the exit code. */
export async function bundle(args: readonly string[]): Promise<number> {
  const command = bundleCommand()
  parseOptions(command, args)
  const [appFile = ''] = command.args
  const { out, files = [] }: { out?: string; files?: readonly string[] } = command.opts()
  const settings = settingsOf(command, appFile)
  const { path, digest, manifest, warnings } = await packBundle({
    ...{ appFile, files, keys: settings.of(known.keys) },
    ...(out !== undefined && { out }),
  })
  for (const warning of warnings) complain(warning)
  const { app, sequence, files: all } = manifest
  const bytes = bytesOf(manifest)
  if (settings.of(known.json)) {
    const told = {
      v: 1,
      t: Date.now(),
      app,
      digest,
      sequence,
      file: path,
      files: all.length,
      bytes,
      warnings,
    }
    process.stdout.write(`${JSON.stringify(told)}\n`)
  } else process.stdout.write(`${path}: ${app}, ${all.length} files, ${bytes} bytes\n${digest}\n`)
  return exitCodes.ok
}
