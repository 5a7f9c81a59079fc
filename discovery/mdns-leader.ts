/**
 * The leader of a group as DNS-SD service of the type `_quorate-ldr._tcp`, for any DNS-SD browser.
 *
 *     <app>-<group>-<member>._quorate-ldr._tcp.local  SRV   port of the leader's answering socket
 *                                                     TXT   v=1
 *                                                           app= group= epoch= term= member=
 *                                                           id=            of its actor
 *                                                           at=10.0.0.5    host of the socket
 */
import { instanceName, type ServiceForm, TXT_VERSION } from './mdns-txt.js'
import type { LeaderRecord } from './types.js'

/** As bonjour-service wants it. */
const SERVICE_TYPE = 'quorate-ldr'

/** What is published of a leader; of one that leads in another ballot it takes the place. */
export function leaderServiceOf(record: LeaderRecord): ServiceForm {
  const { app, group, epoch, term, member, actorId, host, port } = record
  return {
    name: instanceName(`${app}-${group}`, member),
    type: SERVICE_TYPE,
    port,
    host: `${member}.local`,
    txt: {
      v: TXT_VERSION,
      app,
      group,
      epoch: String(epoch),
      term: String(term),
      member,
      id: actorId,
      at: host,
    },
    probe: false,
    disableIPv6: true,
  }
}
