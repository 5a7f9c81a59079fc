// What the command line of the bench may say. Every mistake is one line and exit code 2.

/**
 * The measures by name, in the order they run, in the groups that are evidence together: the ports of two
 * processes, the rest of the ground floor, and groups of components.
 */
export const GROUPS = {
  ports: ['throughput', 'ask', 'bytes', 'spawn', 'crash', 'idle'],
  ground: ['internal', 'timer', 'crowd', 'soak'],
  groups: ['forming', 'failover', 'handover', 'cutoff', 'broadcast', 'trip', 'polls', 'action', 'thirty'],
  control: ['commands', 'hub', 'agent'],
  deploy: ['deploy'],
  page: ['page'],
  communicator: ['schemes', 'peers'],
}
export const MEASURES = Object.values(GROUPS).flat()

export const HELP = `npm run bench -- [options]

  --only a,b       run only these measures, or all of ${Object.keys(GROUPS).join(', ')}:
${Object.values(GROUPS)
  .map((measures) => `                   ${measures.join(', ')}\n`)
  .join('')}  --quick          few and short runs: to see that it works, not to quote
  --amend          put what was measured in its place in the evidence: for a measure that something disturbed
  --json           print the results as JSON instead of tables
  --package <tgz>  measure this tarball instead of the one that \`npm pack\` makes of this checkout
  --profile <dir>  write a V8 CPU profile of every process there (slows what is measured)
  --keep           leave the folder that everything ran in, and say where it is

All is measured without keys and with them, as quorate run has them, in turns; it fails where a socket is not
locked that should be, or the other way round. One column have internal and timer (without keys: nothing
leaves the actor), commands, hub, agent, page, schemes and peers (without keys: they have none) and soak (with
keys: all are in one process).
Without --only it runs ports and ground, some twenty minutes; groups take some forty-five, control some ten,
deploy three (with keys; it needs root and iproute2), page two (with chromium), communicator ten. A run of all
measures of one of them writes its docs/evidence/bench-….json. Each result says when, of which commit and
under which load it was measured.
`

/** A wrong use of the command line. */
export class UsageError extends Error {}

/**
 * Reads the arguments after the script's name. Gives
 * `{ only, quick, amend, json, keep, help, profile, tarball }`.
 * Throws UsageError for what it does not know.
 */
export function readOptions(args) {
  const options = {
    only: [...GROUPS.ports, ...GROUPS.ground],
    quick: false,
    amend: false,
    json: false,
    keep: false,
    help: false,
  }
  const names = ['quick', 'amend', 'json', 'keep', 'help']
  const flags = Object.fromEntries(names.map((name) => [`--${name}`, name]))
  for (let at = 0; at < args.length; at++) {
    const arg = args[at]
    if (Object.hasOwn(flags, arg)) options[flags[arg]] = true
    else if (arg === '--only') options.only = measuresIn(valueAfter(args, ++at))
    else if (arg === '--profile') options.profile = valueAfter(args, ++at)
    else if (arg === '--package') options.tarball = valueAfter(args, ++at)
    else throw new UsageError(`there is no option ${JSON.stringify(arg)}; see --help`)
  }
  return options
}

function valueAfter(args, at) {
  const value = args[at]
  if (value === undefined || value.startsWith('--')) {
    throw new UsageError(`${args[at - 1]} needs a value; see --help`)
  }
  return value
}

function measuresIn(text) {
  const names = text
    .split(',')
    .filter(Boolean)
    .flatMap((name) => GROUPS[name] ?? [name])
  const unknown = names.find((name) => !MEASURES.includes(name))
  if (unknown !== undefined || names.length === 0) {
    const what = unknown === undefined ? 'no measure' : `no measure ${JSON.stringify(unknown)}`
    throw new UsageError(`--only names ${what}; there are ${MEASURES.join(', ')}`)
  }
  return MEASURES.filter((name) => names.includes(name))
}
