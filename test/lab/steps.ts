/** What stories of the lab are told in: `[cut('leader', 'others'), untilAnotherActs(), heal()]`. */

import { setClock } from './faked-clock.js'
import { resetPort as buildReset, openFirewall, rejectAll } from './firewall.js'
import { limitCpu } from './quota.js'
import type { Part, Stage } from './stage.js'
import type { Spoilt } from './switch.js'
import { compareTokens } from './token.js'

export interface Step {
  readonly text: string
  run(stage: Stage): void | Promise<void>
}

const step = (text: string, run: Step['run']): Step => ({ text, run })

/** All faults end. */
export const heal = (): Step => step('heal', (stage) => stage.heal())

/** It stays as it is for so long; of a range, some time of it, short ones as often as long ones. */
export function pause(ms: number, mostMs = ms): Step {
  return step(ms === mostMs ? `${ms} ms pass` : `${ms} to ${mostMs} ms pass`, ({ chance }) => {
    const some = ms * (mostMs / ms) ** (chance.below(1001) / 1000)
    return new Promise((resolve) => setTimeout(resolve, some))
  })
}

/** Another than led when the trial began acts. */
export function untilAnotherActs(): Step {
  return step('another acts', ({ lab, first }) =>
    lab.history.until(
      () => compareTokens(lab.history.newest ?? first, first) > 0,
      () => `another leader acts; ${lab.story()}`,
    ),
  )
}

/** Nothing passes between them, either way. */
export function cut(one: Part, other: Part): Step {
  return links(
    `${one} and ${other} are cut off from each other`,
    [
      [one, other],
      [other, one],
    ],
    { cut: true },
  )
}

/** Nothing passes from one to the other; the other way it does. */
export function cutFrom(from: Part, to: Part): Step {
  return links(`nothing passes from ${from} to ${to}`, [[from, to]], { cut: true })
}

/** All links of all hosts, or those of one. */
export function spoil(how: Spoilt, part: Part = 'all'): Step {
  const text = Object.entries(how).map(([name, much]) => `${name} ${much}`)
  return links(
    `${text.join(', ')} at ${part}`,
    [
      [part, 'all'],
      ['all', part],
    ],
    how,
  )
}

function links(text: string, pairs: readonly (readonly [Part, Part])[], how: Spoilt): Step {
  return step(text, async (stage) => {
    stage.fault(() => stage.lab.rig.switch.clear())
    for (const [from, to] of pairs) await stage.lab.rig.spoil(stage.hosts(from), stage.hosts(to), how)
  })
}

/** Each of those that may lead hears only its two neighbours, and all hear the observer. */
export const ring = (): Step =>
  step('all stand in a ring', async (stage) => {
    const { rig } = stage.lab
    stage.fault(() => rig.switch.clear())
    const round = (['leader', 'one', 'two', 'three', 'four'] as const).map((part) => stage.host(part))
    for (const [n, host] of round.entries()) {
      const across = [2, 3].map((further) => round[(n + further) % round.length] ?? 0)
      await rig.spoil([host], across, { cut: true })
    }
  })

/** Again and again cut off for so long, and connected for so long. */
export function flap(one: Part, other: Part, times: number, ms: number): Step {
  return step(
    `${one} and ${other} are cut off and connected each ${ms} ms, ${times} times`,
    async (stage) => {
      for (let n = 0; n < times; n++) {
        await cut(one, other).run(stage)
        await pause(ms).run(stage)
        await stage.heal()
        await pause(ms).run(stage)
      }
    },
  )
}

/** Its processes get no time. */
export function stop(part: Part): Step {
  return step(`${part} is stopped`, (stage) => {
    for (const host of stage.hosts(part)) {
      const node = stage.lab.node(host)
      stage.lab.history.starves(host)
      stage.fault(() => node.signal('SIGCONT'))
      node.signal('SIGSTOP')
    }
  })
}

/** kill -9; another process takes its place when all is healed. */
export function kill(part: Part): Step {
  return step(`${part} is killed`, async (stage) => {
    for (const host of stage.hosts(part)) {
      const node = stage.lab.node(host)
      stage.lab.history.starves(host)
      stage.fault(() => {
        stage.lab.history.begins(host)
        node.restart()
      })
      await node.kill()
    }
  })
}

/** It gets this fraction of a CPU. */
export function quota(part: Part, fraction: number): Step {
  return step(`${part} has ${fraction} of a CPU`, (stage) => {
    for (const host of stage.hosts(part)) {
      stage.lab.history.starves(host)
      stage.fault(limitCpu(stage.lab.node(host).pid, fraction))
    }
  })
}

/** Its wall clock is set so many seconds off. */
export function setWallClock(part: Part, seconds: number): Step {
  return step(`the wall clock of ${part} is set ${seconds} s off`, async (stage) => {
    const files = stage.hosts(part).map((host) => {
      const { clockFile } = stage.lab.node(host)
      if (!clockFile) throw new Error('the clocks of this lab are not settable')
      return clockFile
    })
    const set = (off: number): Promise<unknown> => Promise.all(files.map((file) => setClock(file, off)))
    stage.fault(async () => void (await set(0)))
    await set(seconds)
  })
}

/** Who asks it something as its leader is reset: the port of its answers, and no other. */
export function resetAnswers(part: Part): Step {
  return step(`a firewall resets the answer port of ${part}`, (stage) => {
    const host = stage.host(part)
    const { rig } = stage.lab
    const port = Number(/:(\d+)$/.exec(stage.lab.node(host).answers)?.[1])
    stage.fault(() => openFirewall(rig, host))
    buildReset(rig, host, port)
  })
}

/** A firewall refuses all that comes to it; what it sends passes. */
export function reject(part: Part): Step {
  return step(`a firewall rejects whatever comes to ${part}`, (stage) => {
    const host = stage.host(part)
    const { rig } = stage.lab
    stage.fault(() => openFirewall(rig, host))
    rejectAll(rig, host)
  })
}

/** Its address is another's from now on, and it has none. */
export function moveAddress(part: Part, to: Part): Step {
  return step(`the address of ${part} moves to ${to}`, (stage) => {
    const [from, taker] = [stage.host(part), stage.host(to)]
    const { rig } = stage.lab
    const address = rig.address(from)
    stage.fault(() => {
      rig.hold(taker, address, false)
      rig.hold(from, address, true)
    })
    rig.hold(from, address, false)
    rig.hold(taker, address, true)
  })
}
