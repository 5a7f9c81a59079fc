/** What `quorate new` takes. */
import { Command } from 'commander'

export function newCommand(): Command {
  return new Command('quorate new')
    .description('make a small app, with its test')
    .argument('<folder>', 'where; it must not exist, or be empty')
    .option('--js', 'in plain JavaScript instead of TypeScript')
}
