/** Seats that are said to be here, of groups that the app does not have. */
import { expect } from 'chai'
import { CommandFailure } from '../../../../apps/quorate/failure.js'
import { requireSeatsOf } from '../../../../apps/quorate/seats-of-app.js'
import { SettingsInForce } from '../../../../apps/quorate/settings/in-force.js'
import { actor, app, group, message } from '../../../../runtime/index.js'

const Data = message('Data')
const actors = { A: actor({ components: () => ({}) }) }
const grid = app('grid', {
  actors,
  groups: {
    Cell: group({ quorum: 2, using: Data }),
    Plant: group({ quorum: 3, using: Data }),
    Crowd: group({ using: Data }),
  },
})
const crowds = app('crowds', { actors, groups: { Crowd: group({ using: Data }) } })

describe('the seats that are said to be here', () => {
  /** Lines on standard error. */
  function check(of: typeof grid, flags: Record<string, string>, environment = {}): readonly string[] {
    const lines: string[] = []
    const { write } = process.stderr
    process.stderr.write = (text: string | Uint8Array): boolean => lines.push(String(text)) > 0
    try {
      requireSeatsOf(of, new SettingsInForce({ flags, environment }))
    } finally {
      process.stderr.write = write
    }
    return lines
  }

  it('may be of any group of the app, by its name or its type, or of all', () => {
    for (const seats of ['', 'all', '0,1', 'Cell.north=0 Plant=1', 'Crowd=0']) {
      expect(check(grid, { seats })).to.deep.equal([])
    }
  })

  it('are refused as an option where one is of no type of the app, with those that there are', () => {
    expect(() => check(grid, { seats: 'Cell=0 Nope.north=0' }))
      .to.throw(CommandFailure, /^--seats names Nope\.north, and grid has no group type Nope; /)
      .with.property('exitCode', 2)
    expect(() => check(grid, { seats: 'Nope=0' })).to.throw(/; those with seats are Cell, Plant$/)
    expect(() => check(grid, { seats: 'constructor=0' })).to.throw(/no group type constructor/)
    expect(() => check(crowds, { seats: 'Cell=0' })).to.throw(/; none of its groups has seats$/)
  })

  it('may be of other apps, too, in the environment; where they are of none of this one, it is told', () => {
    expect(check(grid, {}, { QUORATE_SEATS: 'Cell=0 Other=1' })).to.deep.equal([])
    const [line, ...more] = check(grid, {}, { QUORATE_SEATS: 'Cel.north=0' })
    expect(line).to.match(/ QUORATE_SEATS names Cel\.north, and grid has no group type Cel; those /)
    expect(more).to.deep.equal([])
    expect(check(crowds, {}, { QUORATE_SEATS: 'Cell=0' })).to.deep.equal([])
  })
})
