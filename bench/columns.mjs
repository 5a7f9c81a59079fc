// The two columns of what is measured: without keys (`processes`), and with keys on every socket, as
// `quorate run` has them (`locked`). Sides and columns take turns, so that what slows the machine for a while
// slows them all.

/**
 * One round of raw, ours, and ours with keys; which goes first alternates. Gives what
 * `run(processes, program)` measured of each, `program` being `raw` or `quorate`.
 */
export async function roundOf({ processes, locked }, index, run) {
  const sides = [
    ['raw', processes, 'raw'],
    ['ours', processes, 'quorate'],
    ['keys', locked, 'quorate'],
  ]
  if (index % 2 === 1) sides.reverse()
  const found = {}
  for (const [side, where, program] of sides) found[side] = await run(where, program)
  return { raw: found.raw, ours: found.ours, keys: found.keys }
}

/**
 * So many trials of each column (`{ plain, keys }`), in blocks that alternate. `block(processes, count, all)`
 * adds its samples to those of its column. Gives the samples of both.
 */
export async function inTurns({ processes, locked }, trials, blocks, block) {
  const samples = { plain: [], keys: [] }
  for (let i = 0; i < blocks; i++) {
    const turns = [
      ['plain', processes],
      ['keys', locked],
    ]
    if (i % 2 === 1) turns.reverse()
    for (const [column, where] of turns) {
      const count = share(trials[column], blocks, i)
      if (count > 0) await block(where, count, samples[column])
    }
  }
  return samples
}

function share(trials, blocks, i) {
  return Math.floor(((i + 1) * trials) / blocks) - Math.floor((i * trials) / blocks)
}

/** What is made of the samples of each column, that with keys beneath `keys`. */
export function inColumns({ plain, keys }, resultOf) {
  return { ...resultOf(plain), keys: resultOf(keys) }
}
