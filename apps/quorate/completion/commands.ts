/**
 * The commands whose options and arguments can be completed. A test sees to it that none is missing: a new
 * command has a line here.
 */
import type { Command } from 'commander'

export const commands: Readonly<Record<string, () => Promise<Command>>> = {
  run: async () => (await import('../run-arguments.js')).runCommand(),
  ps: async () => (await import('../commands/ps.js')).psCommand(),
  groups: async () => (await import('../commands/groups.js')).groupsCommand(),
  group: async () => (await import('../commands/group.js')).groupCommand(),
  console: async () => (await import('../commands/console.js')).consoleCommand(),
  device: async () => (await import('../commands/device.js')).deviceCommand(),
  agent: async () => (await import('../commands/agent.js')).agentCommand(),
  agents: async () => (await import('../commands/agents.js')).agentsCommand(),
  deploy: async () => (await import('../commands/deploy.js')).deployCommand(),
  undeploy: async () => (await import('../commands/undeploy.js')).undeployCommand(),
  status: async () => (await import('../commands/status.js')).statusCommand(),
  logs: async () => (await import('../commands/logs.js')).logsCommand(),
  bundle: async () => (await import('../commands/bundle.js')).bundleCommand(),
  hub: async () => (await import('../commands/hub.js')).hubCommand(),
  top: async () => (await import('../commands/top.js')).topCommand(),
  doctor: async () => (await import('../commands/doctor.js')).doctorCommand(),
  graph: async () => (await import('../graph/command.js')).graphCommand(),
  new: async () => (await import('../new/command.js')).newCommand(),
  import: async () => (await import('../riaps/command.js')).importCommand(),
  record: async () => (await import('../recording/commands.js')).recordCommand(),
  replay: async () => (await import('../recording/commands.js')).replayCommand(),
  keys: async () => (await import('../keys/commands.js')).keysCommand(),
  config: async () => (await import('../commands/config.js')).configCommand(),
  completion: async () => (await import('./command.js')).completionCommand(),
}
