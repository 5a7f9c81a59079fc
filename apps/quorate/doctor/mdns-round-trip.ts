/** Does one mDNS discovery find what another announces, on the chosen interface? */
import { chooseInterface, mdnsDiscovery } from '../../../discovery/index.js'
import { commandLimits } from '../limits.js'
import { type Finding, fail, ok, type Probe } from './finding.js'
import { probeRecord } from './probe-record.js'

export const mdnsRoundTrip: Probe = {
  name: 'mdns',
  async run({ interface: wanted, discovery }) {
    if (discovery !== 'mdns') return []
    const { name, address } = chooseInterface(wanted)
    const record = probeRecord(address)
    const announcer = mdnsDiscovery({ interface: name })
    const browser = mdnsDiscovery({ interface: name })
    const notices: string[] = []
    const notice = (_what: string, text: string): void => void notices.push(text)
    const none = (): void => undefined
    let timer: NodeJS.Timeout | undefined
    try {
      const startedAt = performance.now()
      const heard = new Promise<number | undefined>((resolve) => {
        // Time for one more question, a second after one that got lost.
        timer = setTimeout(() => resolve(undefined), commandLimits.doctorReachMs)
        const found = ({ id }: { id: string }): void => {
          if (id === record.id) resolve(performance.now() - startedAt)
        }
        void browser.start({ found, gone: none, notice })
      })
      await announcer.start({ found: none, gone: none, notice })
      await announcer.announce(record)
      return [judge(await heard, name, notices)]
    } finally {
      clearTimeout(timer)
      await Promise.all([announcer.stop(), browser.stop()])
    }
  },
}

function judge(ms: number | undefined, name: string, notices: readonly string[]): Finding {
  if (ms !== undefined)
    return ok(`what one program announces on ${name}, another finds in ${ms.toFixed(0)} ms`)
  const [first] = notices
  const advice = `see the lines above; without multicast use --discovery static:host:port,…`
  return fail(
    `what one program announces on ${name}, another does not find${first ? `: ${first}` : ''}`,
    advice,
  )
}
