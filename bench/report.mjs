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

const COLUMNS = ['without keys', 'with keys']
/** Behind a ratio to raw: ours with keys, to raw, and to ours without. */
const WITH_KEYS = ['with keys', 'ratio', 'x without']

const SECTIONS = {
  throughput: ({ figures, keys, bursts, limit }) => {
    const rowOf = (burst) => [
      burst,
      ...[figures[`ours${burst}`], figures[`raw${burst}`]].map(INT.format),
      `${figures[`ratio${burst}`]} x`,
      INT.format(keys.figures[`ours${burst}`]),
      ...[`ratio${burst}`, `ofPlain${burst}`].map((name) => `${keys.figures[name]} x`),
    ]
    const wide = [INT.format(figures.rawWide), `${figures.ratioWide} x`, '', `${keys.figures.ratioWide} x`]
    return table(
      'messages a second, pub -> sub',
      ['a turn', 'quorate', 'raw', 'ratio', ...WITH_KEYS],
      [
        ...Object.keys(bursts)
          .sort((a, b) => b - a)
          .map(rowOf),
        ['1, raw with a wide window', '', ...wide, ''],
        ['C libzmq', '', limit.length > 0 ? INT.format(figures.limit) : 'not built', '', '', '', ''],
      ],
    )
  },
  internal: ({ figures }) =>
    table(
      'messages a second, pub -> sub within one actor',
      ['a turn', 'quorate'],
      [256, 16, 1].map((burst) => [String(burst), INT.format(figures[`rate${burst}`])]),
    ),
  ask: ({ figures, keys: { figures: keys } }) => {
    const [cost, cost64] = [keys.ofPlainOne, keys.ofPlain64].map((ratio) => `${ratio} x`)
    const one = [figures.p50, figures.rawP50, `${figures.ratioOne} x`, keys.p50, `${keys.ratioOne} x`, cost]
    const rates = [figures.rate64, figures.rawRate64, keys.rate64].map(INT.format)
    const many = [...rates.slice(0, 2), `${figures.ratio64} x`, rates[2], `${keys.ratio64} x`, cost64]
    return table(
      'ask() and its answer, 100 bytes',
      ['in flight', 'quorate', 'raw', 'ratio', ...WITH_KEYS],
      [
        ['1: p50, µs', ...one],
        ['1: p99, µs', figures.p99, figures.rawP99, '', keys.p99, '', ''],
        ['64: a second', ...many],
      ],
    )
  },
  bytes: ({ figures, keys: { figures: keys } }) =>
    table(
      'sendBytes() of 1 MiB',
      ['', 'quorate', 'raw', 'ratio', ...WITH_KEYS],
      [
        [
          'MB/s',
          ...[figures.ours, figures.raw].map(INT.format),
          `${figures.ratio} x`,
          INT.format(keys.ours),
          ...[keys.ratio, keys.ofPlain].map((ratio) => `${ratio} x`),
        ],
      ],
    ),
  spawn: ({ figures, keys }) =>
    inColumns('spawn of an actor -> its first message at a peer, ms', { figures, keys }, [
      ['p50', 'p50'],
      ['p99', 'p99'],
      ['max', 'max'],
    ]),
  crash: ({ figures, keys }) =>
    inColumns('kill -9 of an actor, ms', { figures, keys }, [
      ['ports disconnected, p50', 'disconnectedP50'],
      ['  p99', 'disconnectedP99'],
      ['  max', 'disconnectedMax'],
      ['started again, all ports work, p50', 'worksP50'],
      ['  p99', 'worksP99'],
      ['  max', 'worksMax'],
    ]),
  idle: ({ figures, keys }) =>
    inColumns('an idle actor with 20 ports', { figures, keys }, [
      ['CPU, % of a core', 'cpuPercent'],
      ['resident, MiB', 'rssMiB'],
    ]),
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
  crowd: ({ actors, place, figures, keys }) =>
    inColumns(`${actors} actors with 4 ports, all started at once, ${place}`, { figures, keys }, [
      ['all connected with all, s', 'connectedS'],
      ['all ready, s', 'readyS'],
      ['CPU of all until then, s', 'cpuS'],
      ['mDNS packets that each sees', 'packetsSeen'],
      ['mDNS packets sent, an actor', 'packetsSent'],
      ['actors that quorate ps shows right, %', 'psPercent'],
    ]),
  commands: ({ consoles, figures: { rate, p50, p99 } }) =>
    table(
      `commands to an RpcService, from ${consoles} consoles with one under way each`,
      ['', ''],
      [
        ['a second', INT.format(rate)],
        ['answered after, ms: p50', p50],
        ['  p99', p99],
      ],
    ),
  hub: ({ userCount, workerCount, figures }) =>
    table(
      `a hub, ${userCount} users, ${workerCount} workers; all was on the disk when it was answered for`,
      ['users by', 'HTTP', 'socket', 'HTTP'],
      [
        ['workers by', 'socket', 'socket', 'HTTP'],
        ...[
          ['commands accepted a second', 'rate'],
          ['accepted after, ms: p50', 'p50'],
          ['  p99', 'p99'],
          ['CPU of the hub, % of a core', 'hubPercent'],
          ['CPU of the load, % of a core', 'loadPercent'],
        ].map(([what, key]) => [
          what,
          ...['mixed', 'sockets', 'http'].map((way) => figures[`${way}.${key}`]),
        ]),
        ['command -> handler -> reply, one at a time, ms: p50', figures.callP50, '', ''],
        ['  p99', figures.callP99, '', ''],
      ],
    ),
  agent: ({ actors, figures }) =>
    table(
      `an agent; at last with ${actors} actors`,
      ['', ''],
      [
        ['start -> active, ms: p50', figures.startP50],
        ['  p99', figures.startP99],
        ['CPU while nothing happens, % of a core', figures.cpuPercent],
      ],
    ),
  deploy: ({ hosts, trials, figures }) =>
    table(
      `the microgrid on ${hosts} hosts that are found by mDNS, with keys; ${trials} times`,
      ['', ''],
      [
        ['deployed, s: p50', figures.firstP50],
        ['  most', figures.firstMax],
        ['upgraded, one actor after another, s: p50', figures.upgradeP50],
        ['  most', figures.upgradeMax],
      ],
    ),
  page: ({ actors, browser, figures }) =>
    table(
      `the page of a hub with ${actors} actors that change, in Chromium ${browser}`,
      ['', ''],
      [
        ['all of it seen, ms', figures.firstMs],
        ['loaded for that, kB', figures.kB],
        ['frames a second', figures.framesPerS],
        ['a frame, ms: p95', figures.frameP95],
        ['  p99', figures.frameP99],
        ['  max', figures.frameMax],
        ['changes in the page a second', figures.changesPerS],
      ],
    ),
  schemes: ({ figures }) => {
    const names = [...new Set(Object.keys(figures).map((key) => key.split('.')[0]))]
    return table(
      'the communicator between two processes; raw is node:net alone',
      ['', '100 B, a second', '1 MiB, MB/s', 'round trip, µs: p50', 'p99'],
      names.map((name) => [
        name,
        ...['rate', 'MBs'].map((key) => amountOf(figures[`${name}.${key}`])),
        ...['p50', 'p99'].map((key) => figures[`${name}.${key}`]),
      ]),
    )
  },
  peers: ({ peers, figures }) =>
    table(
      `a process with one listener, to which ${peers} peers are connected`,
      ['', ''],
      [
        ['resident, MiB', figures.rssMiB],
        ['of it for the peers, MiB', figures.grownMiB],
      ],
    ),
  soak: ({ keys: { figures } }) =>
    table(
      `with keys, ${INT.format(figures.visits)} visits, ${INT.format(figures.messages)} messages: growth`,
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

function amountOf(value) {
  return value === undefined ? '' : INT.format(value)
}

/** For measures whose figures speak for themselves. */
function figuresOf(name, { unit, figures, keys, ...rest }) {
  const rows = Object.keys(figures).map((figure) => [figure, figure])
  return inColumns(`${name}, ${unit}`, { figures, keys, ...rest }, rows)
}

/** A row for each figure, `[what, name]`, and of how much it is made where that differs. */
function inColumns(title, { figures, keys, trials, minutes }, rows) {
  const counts = [
    ['trials', trials, keys.trials],
    ['minutes', minutes, keys.minutes],
  ].filter(([, count]) => count !== undefined)
  return table(
    title,
    ['', ...COLUMNS],
    [...counts, ...rows.map(([what, name]) => [what, figures[name], keys.figures[name]])],
  )
}

function verdictsOf(verdicts) {
  const rows = verdicts.map(({ what, target, unit, plain, keys }) => [
    what,
    `${target} ${unit}`,
    ...judged(plain),
    ...judged(keys),
  ])
  const [first, second] = COLUMNS
  return table('targets', ['', 'target', first, '', second, ''], rows)
}

function judged(column) {
  if (column === undefined) return ['', '']
  return [String(column.measured), column.met ? 'met' : 'MISSED']
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
