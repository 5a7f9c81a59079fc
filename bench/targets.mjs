// The figures that the project holds itself to, and whether a run met them, without keys and with them. Pure.
// A missed target is told and recorded; it fails nothing, because a busy machine misses them all.

/** Each target: the measure it belongs to, where its figure is in the results, and its bound. */
export const TARGETS = [
  target('throughput', 'pub -> sub, 256 a turn', 'ratio256', 'least', 5, 'x raw'),
  target('throughput', 'pub -> sub, 1 a turn', 'ratio1', 'least', 0.8, 'x raw'),
  withKeys('throughput', 'pub -> sub with keys, 256 a turn', 'ofPlain256', 'least', 0.7, 'x without'),
  target('internal', 'internal pub -> sub, 256 a turn', 'rate256', 'least', 3_000_000, 'a second'),
  target('ask', 'ask(), one in flight, p50', 'ratioOne', 'most', 1.2, 'x raw'),
  target('ask', 'ask(), 64 in flight, rate', 'ratio64', 'least', 2, 'x raw'),
  withKeys('ask', 'ask() with keys, one in flight, p50', 'ofPlainOne', 'most', 1.5, 'x without'),
  target('bytes', 'sendBytes() of 1 MiB', 'ratio', 'least', 0.9, 'x raw'),
  target('spawn', 'spawn -> first message, p50', 'p50', 'most', 400, 'ms'),
  target('spawn', 'spawn -> first message, p99', 'p99', 'most', 1500, 'ms'),
  target('crash', 'kill -9 -> disconnected, p50', 'disconnectedP50', 'most', 50, 'ms'),
  target('crash', 'kill -9 and start -> all ports work, p50', 'worksP50', 'most', 600, 'ms'),
  target('idle', 'idle actor with 20 ports, CPU', 'cpuPercent', 'below', 1, '% of a core'),
  target('idle', 'idle actor with 20 ports, resident', 'rssMiB', 'below', 90, 'MiB'),
  target('timer', '10 ms timer over 60 s, mean off by', 'offMs', 'most', 0.005, 'ms'),
  target('crowd', 'crowd (60): all connected', 'connectedS', 'most', 20, 's'),
  target('crowd', 'crowd (60): mDNS packets that each sees', 'packetsSeen', 'most', 150, 'packets'),
  target('crowd', 'crowd (60): shown right by `quorate ps`', 'psPercent', 'least', 100, '%'),
  target('soak', 'a day simulated, objects on the heap grown', 'heapMiB', 'most', 1, 'MiB'),
  target('soak', 'a day simulated, descriptors grown', 'descriptors', 'most', 0, ''),
  target('soak', 'a day simulated, listeners grown', 'listeners', 'most', 0, ''),
  target('commands', 'commands to an RpcService, 4 consoles', 'rate', 'least', 10_000, 'a second'),
  target('commands', 'a command and its answer, 4 consoles, p50', 'p50', 'most', 0.5, 'ms'),
  target('hub', 'commands accepted by a hub, 20 users, 200 workers', 'mixed.rate', 'least', 5000, 'a second'),
  target('hub', 'a command accepted by a hub under that load, p99', 'mixed.p99', 'most', 20, 'ms'),
  target('hub', 'command -> handler -> reply through a hub, p50', 'callP50', 'most', 3, 'ms'),
  target('agent', 'start of an actor by an agent -> active, p50', 'startP50', 'most', 600, 'ms'),
  target('agent', 'CPU of an agent of 50 actors', 'cpuPercent', 'below', 3, '%'),
  target('deploy', 'the microgrid deployed to 5 hosts, p50', 'firstP50', 'most', 15, 's'),
  target('page', 'the page of a hub with 200 actors, all of it seen', 'firstMs', 'most', 1000, 'ms'),
  target('page', 'frames of that page while they change', 'framesPerS', 'least', 30, 'a second'),
  target('schemes', '100 bytes in order by tcp', 'tcp.rate', 'least', 150_000, 'a second'),
  target('schemes', '1 MiB by tcp', 'tcp.MBs', 'least', 900, 'MB/s'),
  target('schemes', 'round trip of 100 bytes by tcp, p50', 'tcp.p50', 'most', 100, 'µs'),
  target('peers', 'a listener with 1000 peers, resident', 'rssMiB', 'below', 200, 'MiB'),
  target('forming', 'first leader known to all, from the last start, p50', 'p50', 'most', 900, 'ms'),
  target('failover', 'kill -9 of the leader -> next known to all, p50', 'p50', 'most', 40, 'ms'),
  target('failover', 'kill -9 of the leader -> next known to all, p99', 'p99', 'most', 150, 'ms'),
  target('cutoff', 'leader cut off, lan-fast, p50', 'fastP50', 'most', 300, 'ms'),
  target('cutoff', 'leader cut off, lan-fast, p99', 'fastP99', 'most', 600, 'ms'),
  target('cutoff', 'leader cut off, lan, p99', 'lanP99', 'most', 1500, 'ms'),
  target('handover', 'graceful stop of the leader, gap, p99', 'gapP99', 'most', 50, 'ms'),
  target('broadcast', 'group broadcast of 3, one sends', 'rateOne', 'least', 500_000, 'a second'),
  target('broadcast', 'group broadcast of 3, all send, each', 'rateAll', 'least', 150_000, 'a second'),
  target('trip', 'member -> leader -> member, p50', 'p50', 'below', 207, 'µs'),
  target('trip', 'member -> leader -> member', 'ratio', 'most', 2.2, 'x ask()'),
  target('polls', 'poll of 3, request -> told to all, p50', 'p50', 'most', 1, 'ms'),
  target('polls', 'polls, 8 in flight', 'perSecond', 'least', 5000, 'a second'),
  target('action', 'agreed action of 5, spread, p99', 'p99', 'most', 1, 'ms'),
  target('thirty', '30 actors, changes of the leader', 'changes', 'most', 0, ''),
  target('thirty', '30 actors, messages of a follower', 'messages', 'most', 25, 'a second'),
  target('thirty', '30 actors, CPU of two cores', 'cpuPercent', 'below', 15, '%'),
]

function target(measure, what, figure, kind, bound, unit) {
  return { measure, what, figure, kind, bound, unit, columns: ['plain', 'keys'] }
}

/** What keys may cost. */
function withKeys(...args) {
  return { ...target(...args), columns: ['keys'] }
}

const SIGNS = { least: '>=', most: '<=', below: '<' }

/**
 * The verdicts on what was measured: `{ what, target, unit, plain, keys }` each, the last two
 * `{ measured, met }` where there is such a column.
 */
export function verdicts(results) {
  return TARGETS.filter(({ measure }) => results[measure] !== undefined).map((each) => {
    const result = results[each.measure]
    const found = { plain: result.figures, keys: result.keys?.figures }
    const columns = each.columns.filter((column) => found[column] !== undefined)
    const judged = columns.map((column) => [column, judge(found[column][each.figure], each)])
    const target = `${SIGNS[each.kind]} ${each.bound}`
    return { what: each.what, target, unit: each.unit, ...Object.fromEntries(judged) }
  })
}

function judge(measured, target) {
  return { measured, met: meets(measured, target) }
}

function meets(measured, { kind, bound }) {
  if (kind === 'least') return measured >= bound
  return kind === 'most' ? measured <= bound : measured < bound
}
