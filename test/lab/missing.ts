/** What the lab needs of a machine. */
import { execFileSync } from 'node:child_process'

const COMMANDS = [
  ['ip', '-V', 'iproute2'],
  ['nft', '--version', 'nftables'],
  ['python3', '--version', 'python3'],
] as const

/** Why there can be no lab here, or undefined. */
export function labMissing(): string | undefined {
  if (process.platform !== 'linux' || process.getuid?.() !== 0)
    return 'needs root on Linux for network namespaces'
  for (const [command, version, name] of COMMANDS) {
    try {
      execFileSync(command, [version], { stdio: 'ignore' })
    } catch {
      return `needs \`${command}\` (Debian: ${name})`
    }
  }
  return undefined
}
