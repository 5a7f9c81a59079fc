/** Firewalls on hosts of a rig. Each host has one, or none. Needs nft. */
import type { Rig } from './rig.js'

const TABLE = 'inet lab'

/** Whoever sends to this TCP port of the host is reset, also those that are connected. */
export function resetPort(rig: Rig, host: number, port: number): void {
  build(rig, host, [`iifname "eth0" tcp dport ${port} reject with tcp reset`])
}

/** Whatever comes to the host by its cable is refused. */
export function rejectAll(rig: Rig, host: number): void {
  build(rig, host, ['iifname "eth0" meta l4proto tcp reject with tcp reset', 'iifname "eth0" reject'])
}

export function openFirewall(rig: Rig, host: number): void {
  rig.run(host, 'nft', ['delete', 'table', ...TABLE.split(' ')])
}

function build(rig: Rig, host: number, rules: readonly string[]): void {
  const lines = [
    `add table ${TABLE}`,
    `add chain ${TABLE} in { type filter hook input priority 0; policy accept; }`,
    ...rules.map((rule) => `add rule ${TABLE} in ${rule}`),
  ]
  rig.run(host, 'nft', ['-f', '-'], `${lines.join('\n')}\n`)
}
