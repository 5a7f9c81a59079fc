// A deployment of the microgrid to five agents on five hosts, which are found by mDNS, and an upgrade of it:
// from the command line to its end. Hosts are network namespaces on a bridge, so it needs root and iproute2.

import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { cpSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { load } from '../machine.mjs'
import { now } from '../processes.mjs'
import { round, summary } from '../statistics.mjs'

const HOSTS = 5
const READY_MS = 20_000

export async function deploy({ processes, lab, quick, tell }) {
  const trials = quick ? 1 : 7
  const loadBefore = load()
  const first = []
  const upgrade = []
  for (let trial = 0; trial < trials; trial++) {
    const measured = await once(processes, lab, join(lab.folder, `deploy-${trial}`))
    first.push(measured.firstS)
    upgrade.push(measured.upgradeS)
    tell(`deployed after ${measured.firstS} s, upgraded after ${measured.upgradeS} s`)
  }
  const figures = {
    firstP50: summary(first).p50,
    firstMax: Math.max(...first),
    upgradeP50: summary(upgrade).p50,
    upgradeMax: Math.max(...upgrade),
  }
  return { unit: 's', trials, hosts: HOSTS, loadBefore, first, upgrade, figures }
}

async function once(processes, lab, folder) {
  mkdirSync(folder)
  const lan = new Lan(HOSTS + 1)
  const agents = []
  try {
    // The package ships it; npm has put it where apps are not.
    cpSync(join(lab.folder, 'node_modules', 'quorate', 'apps', 'microgrid'), join(folder, 'app'), {
      recursive: true,
    })
    symlinkSync(join(lab.folder, 'node_modules'), join(folder, 'node_modules'))
    writeFileSync(join(folder, 'token'), `${randomBytes(32).toString('base64url')}\n`)
    const keys = join(folder, 'keys')
    await done(processes, 'keys', 'init', 'microgrid', '--keys', keys)
    await done(processes, 'keys', 'anchors', 'microgrid', '--keys', keys, '--out', join(folder, 'anchors'))
    for (let host = 1; host <= HOSTS; host++) {
      const own = [
        `--name`,
        `n${host}`,
        '--data',
        join(folder, `n${host}`),
        '--keys',
        join(folder, `n${host}-keys`),
      ]
      const place = ['--host', lan.address(host), '--interface', lan.address(host), '--announce']
      const shared = ['--token-file', join(folder, 'token'), '--trust', join(folder, 'anchors')]
      agents.push(processes.elsewhere(lan.on(host)).tool('agent', '--json', ...own, ...place, ...shared))
    }
    for (const agent of agents) await agent.next('ready', () => true, READY_MS)
    const there = processes.elsewhere(lan.on(HOSTS + 1))
    const how = ['--interface', lan.address(HOSTS + 1), '--keys', keys, '--json']
    const file = join(folder, 'deployment.yaml')
    const deployed = async (think) => {
      const place = `  - { actor: Inverter, on: all, params: { think: ${think} } }`
      writeFileSync(file, `app: ./app/app.ts\ntokenFile: token\nplace:\n${place}\n`)
      const begunAt = now()
      await done(there, 'deploy', file, ...how)
      return round((now() - begunAt) / 1000, 2)
    }
    const firstS = await deployed(100)
    const upgradeS = await deployed(120)
    await done(there, 'undeploy', file, '--interface', lan.address(HOSTS + 1), '--json')
    return { firstS, upgradeS }
  } finally {
    for (const agent of agents) await agent.stop()
    lan.remove()
    rmSync(folder, { recursive: true, force: true })
  }
}

async function done(processes, ...args) {
  const { code, output } = await processes.command(...args)
  if (code !== 0) throw new Error(`quorate ${args.join(' ')} ended with ${code}: ${output}`)
  return output
}

/** Hosts 1 to n with the addresses 10.78.0.1 to 10.78.0.n, on a bridge in a namespace of its own. */
class Lan {
  #names
  #tag = randomBytes(3).toString('hex')

  constructor(hosts) {
    const bridge = `b${this.#tag}s`
    this.#names = [bridge, ...Array.from({ length: hosts }, (_, at) => `b${this.#tag}h${at + 1}`)]
    for (const name of this.#names) ip('netns', 'add', name)
    ip('-n', bridge, 'link', 'add', 'br0', 'type', 'bridge', 'mcast_snooping', '0')
    ip('-n', bridge, 'link', 'set', 'br0', 'up')
    for (let host = 1; host <= hosts; host++) this.#cable(bridge, host)
  }

  on(host) {
    return ['ip', 'netns', 'exec', this.#names[host]]
  }

  address(host) {
    return `10.78.0.${host}`
  }

  /** Processes in it must have ended. */
  remove() {
    for (const name of this.#names) ip('netns', 'del', name)
  }

  #cable(bridge, host) {
    const name = this.#names[host]
    ip('-n', bridge, 'link', 'add', `p${host}`, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', name)
    ip('-n', bridge, 'link', 'set', `p${host}`, 'master', 'br0', 'up')
    ip('-n', name, 'link', 'set', 'lo', 'up')
    ip('-n', name, 'addr', 'add', `${this.address(host)}/24`, 'brd', '+', 'dev', 'eth0')
    ip('-n', name, 'link', 'set', 'eth0', 'up')
    // Without a route, multicast fails.
    ip('-n', name, 'route', 'add', 'default', 'dev', 'eth0')
  }
}

function ip(...args) {
  execFileSync('ip', args, { stdio: ['ignore', 'ignore', 'pipe'] })
}
