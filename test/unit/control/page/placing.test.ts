import { expect } from 'chai'
import { curveOf, starOf } from '../../../../control/page/model/curves.js'
import { nextTo } from '../../../../control/page/model/neighbours.js'
import { type Picture, Placing } from '../../../../control/page/model/placing.js'

const WIDTH = 1200

function named(prefix: string, count: number): string[] {
  return Array.from({ length: count }, (_, at) => `${prefix}${at}`)
}

/** Those that lie over each other, or beyond their frame. */
function faults({ spots, card, frames, width }: Picture): string[] {
  const all = [...spots]
  const over = all.flatMap(([one, a], at) =>
    all.slice(at + 1).flatMap(([other, b]) => {
      const isOver = Math.abs(a.x - b.x) < card.width && Math.abs(a.y - b.y) < card.height
      return isOver ? [`${one} over ${other}`] : []
    }),
  )
  const out = all.flatMap(([worker, { x, y }]) => {
    const isIn = frames.some((frame) => {
      const right = x + card.width <= frame.x + frame.width
      return x >= frame.x && y >= frame.y && right && y + card.height <= frame.y + frame.height
    })
    return isIn && x + card.width <= width ? [] : [`${worker} is out`]
  })
  return [...over, ...out]
}

describe('the places in the picture', () => {
  for (const width of [360, 800, 1200, 2400]) {
    it(`are apart and within their nodes at a width of ${width}`, () => {
      const nodes = new Map([
        ['a', named('a', 7)],
        ['b', named('b', 1)],
        ['c', []],
        ['d', named('d', 33)],
      ])
      expect(faults(new Placing().place(nodes, width))).to.deep.equal([])
      nodes.set('e', named('e', 200))
      expect(faults(new Placing().place(nodes, width))).to.deep.equal([])
    })
  }

  it('stay while others come and go, and who comes takes the first that is free', () => {
    const placing = new Placing()
    const first = placing.place(new Map([['a', named('a', 6)]]), WIDTH)
    const without = placing.place(new Map([['a', ['a0', 'a2', 'a3', 'a4', 'a5']]]), WIDTH)
    expect(without.frames).to.deep.equal(first.frames)
    for (const [worker, spot] of without.spots) expect(first.spots.get(worker)).to.deep.equal(spot)
    const again = placing.place(new Map([['a', ['a0', 'aa', 'a2', 'a3', 'a4', 'a5']]]), WIDTH)
    expect(again.spots.get('aa')).to.deep.equal(first.spots.get('a1'))
  })

  it('of other nodes stay when a node comes, where they are beside it anyway', () => {
    const placing = new Placing()
    const nodes = new Map(named('n', 4).map((name): [string, string[]] => [name, named(name, 4)]))
    const before = placing.place(nodes, WIDTH)
    nodes.set('later', named('later', 2))
    const after = placing.place(nodes, WIDTH)
    for (const [worker, spot] of before.spots) expect(after.spots.get(worker)).to.deep.equal(spot)
  })

  it('are reached by arrows', () => {
    const { spots } = new Placing().place(new Map([['a', named('a', 12)]]), 800)
    const across = [...spots.values()].filter(({ y }) => y === spots.get('a0')?.y).length
    expect(nextTo({ spots }, 'a0', 'ArrowRight')).to.equal('a1')
    expect(nextTo({ spots }, 'a0', 'ArrowDown')).to.equal(`a${across}`)
    expect(nextTo({ spots }, 'a0', 'ArrowLeft')).to.equal(undefined)
    expect(nextTo({ spots }, 'a1', 'End')).to.equal('a11')
    expect(nextTo({ spots }, 'a1', 'Enter')).to.equal(undefined)
  })

  it('are joined by lines, but not with who is not there', () => {
    const picture = new Placing().place(new Map([['a', named('a', 3)]]), 800)
    expect(curveOf(picture, 'a0', 'a1')).to.match(/^M\d+ \d+Q\d+ \d+ \d+ \d+$/)
    expect(curveOf(picture, 'a0', 'other')).to.equal('')
    expect(starOf(picture, 'a0', ['a0', 'a1', 'a2']).match(/M/g)).to.have.length(2)
    expect(starOf(picture, undefined, ['a0', 'a1'])).to.equal('')
  })
})
