// The figures that the project holds itself to, and whether a run met them. Pure. A missed target is
// told and recorded; it fails nothing, because a busy machine misses them all.

/** Each target: the measure it belongs to, where its figure is in the results, and its bound. */
export const TARGETS = [
  target('throughput', 'pub -> sub, 256 a turn', 'ratio256', 'least', 5, 'x raw'),
  target('throughput', 'pub -> sub, 1 a turn', 'ratio1', 'least', 0.8, 'x raw'),
  target('internal', 'internal pub -> sub, 256 a turn', 'rate256', 'least', 3_000_000, 'a second'),
  target('ask', 'ask(), one in flight, p50', 'ratioOne', 'most', 1.2, 'x raw'),
  target('ask', 'ask(), 64 in flight, rate', 'ratio64', 'least', 2, 'x raw'),
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
]

function target(measure, what, figure, kind, bound, unit) {
  return { measure, what, figure, kind, bound, unit }
}

const SIGNS = { least: '>=', most: '<=', below: '<' }

/** The verdicts on what was measured: `{ what, measured, target, unit, met }` each. */
export function verdicts(results) {
  return TARGETS.filter(({ measure }) => results[measure] !== undefined).map((each) => {
    const measured = results[each.measure].figures[each.figure]
    const target = `${SIGNS[each.kind]} ${each.bound}`
    return { what: each.what, measured, target, unit: each.unit, met: meets(measured, each) }
  })
}

function meets(measured, { kind, bound }) {
  if (kind === 'least') return measured >= bound
  return kind === 'most' ? measured <= bound : measured < bound
}
