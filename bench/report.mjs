// The results as tables for a terminal. Pure: results in, text out.

const INT = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 })

/** The whole report. */
export function report({ machine, versions, commit, changed, quick, results, verdicts }) {
  const { cpu, cores, node, kernel } = machine
  const packages = Object.entries(versions).map(([name, version]) => `${name} ${version}`)
  const state = commit ? `commit ${commit.slice(0, 12)}${changed ? ' with changes' : ''}` : 'a tarball'
  const parts = [
    `${cpu}, ${cores} cores, Linux ${kernel}, Node ${node}`.replace('Linux', machine.system),
    `${packages.join(', ')}; ${state}${quick ? '; a QUICK run, not to be quoted' : ''}`,
    ...Object.entries(results).map(([name, result]) => SECTIONS[name]?.(result) ?? figuresOf(name, result)),
    verdictsOf(verdicts),
  ]
  return `${parts.join('\n\n')}\n`
}

const SECTIONS = {
  throughput: ({ figures, bursts, limit }) =>
    table(
      'messages a second, pub -> sub',
      ['a turn', 'quorate', 'raw', 'ratio'],
      [
        ...Object.keys(bursts)
          .sort((a, b) => b - a)
          .map((burst) => [
            burst,
            INT.format(figures[`ours${burst}`]),
            INT.format(figures[`raw${burst}`]),
            `${figures[`ratio${burst}`]} x`,
          ]),
        ['1, raw with a wide window', '', INT.format(figures.rawWide), `${figures.ratioWide} x`],
        ['C libzmq', '', limit.length > 0 ? INT.format(figures.limit) : 'not built', ''],
      ],
    ),
  internal: ({ figures }) =>
    table(
      'messages a second, pub -> sub within one actor',
      ['a turn', 'quorate'],
      [256, 16, 1].map((burst) => [String(burst), INT.format(figures[`rate${burst}`])]),
    ),
  ask: ({ figures }) =>
    table(
      'ask() and its answer, 100 bytes',
      ['in flight', 'quorate', 'raw', 'ratio'],
      [
        ['1: p50, µs', figures.p50, figures.rawP50, `${figures.ratioOne} x`],
        ['1: p99, µs', figures.p99, figures.rawP99, ''],
        ['64: a second', INT.format(figures.rate64), INT.format(figures.rawRate64), `${figures.ratio64} x`],
      ],
    ),
  bytes: ({ figures }) =>
    table(
      'sendBytes() of 1 MiB',
      ['', 'quorate', 'raw', 'ratio'],
      [['MB/s', INT.format(figures.ours), INT.format(figures.raw), `${figures.ratio} x`]],
    ),
  spawn: ({ figures }) =>
    table(
      'spawn of an actor -> its first message at a peer',
      ['', 'p50', 'p99', 'max'],
      [['ms', figures.p50, figures.p99, figures.max]],
    ),
  crash: ({ figures }) =>
    table(
      'kill -9 of an actor',
      ['ms', 'p50', 'p99', 'max'],
      [
        ['ports disconnected', figures.disconnectedP50, figures.disconnectedP99, figures.disconnectedMax],
        ['started again, all ports work', figures.worksP50, figures.worksP99, figures.worksMax],
      ],
    ),
  idle: ({ figures }) =>
    table(
      'an idle actor with 20 ports',
      ['', ''],
      [
        ['CPU, % of a core', figures.cpuPercent],
        ['resident, MiB', figures.rssMiB],
      ],
    ),
  timer: ({ periodMs, ms, figures }) =>
    table(
      `a ${periodMs} ms timer over ${ms / 1000} s`,
      ['', 'quorate', 'setInterval'],
      [
        ['mean period, ms', figures.meanMs, figures.rawMeanMs],
        ['periods without a tick (late)', figures.late, ''],
        ['ticks after their time, ms: p50', figures.latenessP50, ''],
        ['  p99', figures.latenessP99, ''],
        ['  max', figures.latenessMax, ''],
      ],
    ),
  crowd: ({ actors, place, packets, figures }) =>
    table(
      `${actors} actors with 4 ports, all started at once, ${place}`,
      ['', ''],
      [
        ['all connected with all, s', figures.connectedS],
        ['all ready, s', figures.readyS],
        ['CPU of all until then, s', figures.cpuS],
        ['mDNS packets that each sees', figures.packetsSeen],
        ...Object.entries(packets).map(([kind, count]) => [`  of them ${kind}`, count]),
        ['mDNS packets sent, an actor', figures.packetsSent],
        ['actors that quorate ps shows right', `${figures.psPercent} %`],
      ],
    ),
  soak: ({ figures }) =>
    table(
      `${INT.format(figures.visits)} visits, ${INT.format(figures.messages)} messages: growth`,
      ['', ''],
      [
        ['objects on the heap, MiB', figures.heapMiB],
        ['compiled code, MiB', figures.codeMiB],
        ['resident, MiB', figures.rssMiB],
        ['descriptors', figures.descriptors],
        ['listeners', figures.listeners],
        ['handles', figures.handles],
      ],
    ),
}

/** For measures whose figures speak for themselves. */
function figuresOf(name, { unit, figures }) {
  return table(`${name}, ${unit}`, ['', ''], Object.entries(figures))
}

function verdictsOf(verdicts) {
  const rows = verdicts.map(({ what, target, unit, measured, met }) => [
    what,
    `${target} ${unit}`,
    String(measured),
    met ? 'met' : 'MISSED',
  ])
  return table('targets', ['', 'target', 'measured', ''], rows)
}

function table(title, head, rows) {
  const all = [head, ...rows].map((row) => row.map(String))
  const widths = head.map((_, column) => Math.max(...all.map((row) => row[column].length)))
  const line = (row) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[column]) : cell.padStart(widths[column])))
      .join('   ')
      .trimEnd()
  return [title, ...all.map((row) => `  ${line(row)}`)].join('\n')
}
