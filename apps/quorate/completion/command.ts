/** What `quorate completion` takes. */
import { Argument, Command } from 'commander'

export const SHELLS = ['bash', 'zsh', 'fish'] as const

export type Shell = (typeof SHELLS)[number]

export function completionCommand(): Command {
  return new Command('quorate completion')
    .description(
      'print a script that lets a shell complete commands, options, app files, actors and parameters',
    )
    .addArgument(new Argument('<shell>', 'for which shell').choices(SHELLS))
    .addHelpText('after', HELP)
}

const HELP = `
In the file that your shell reads when it starts:
  bash  ~/.bashrc                    source <(quorate completion bash)
  zsh   ~/.zshrc, after compinit     source <(quorate completion zsh)
  fish  ~/.config/fish/config.fish   quorate completion fish | source`
