import { expect } from 'chai'
import { Facts } from '../../../groups/facts.js'
import { Word } from '../../../groups/word.js'

const at = (epoch: number, term = 1) => ({ epoch, term })

describe('the word of a member', () => {
  it('is kept from when its seat was taken: it grants nobody, whoever is dead', () => {
    const facts = new Facts()
    const word = new Word(560, 1000)
    facts.certifyDeath('a')
    facts.release('a', at(9))
    expect(word.mayGrant('a', 1000, facts)).to.equal(false)
    expect(word.mayGrant('a', 1559.9, facts)).to.equal(false)
    expect(word.mayGrant('a', 1560, facts)).to.equal(true)
  })

  it('given to one, is kept before all others until it is over', () => {
    const facts = new Facts()
    const word = new Word(560, 0)
    word.give('a', at(1), 600)
    expect(word.mayGrant('a', 601, facts)).to.equal(true)
    expect(word.mayGrant('b', 1159, facts)).to.equal(false)
    expect(word.mayGrant('b', 1160, facts)).to.equal(true)
  })

  it('is free once its holder is certified dead', () => {
    const facts = new Facts()
    const word = new Word(560, 0)
    word.give('a', at(1), 600)
    facts.certifyDeath('c')
    expect(word.mayGrant('b', 601, facts)).to.equal(false)
    facts.certifyDeath('a')
    expect(word.mayGrant('b', 601, facts)).to.equal(true)
  })

  it('is free once its holder has released its ballot, or a higher one, and not by a lower one', () => {
    const facts = new Facts()
    const word = new Word(560, 0)
    word.give('a', at(2, 3), 600)
    facts.release('a', at(2, 2))
    expect(word.mayGrant('b', 601, facts)).to.equal(false)
    facts.release('a', at(2, 3))
    expect(word.mayGrant('b', 601, facts)).to.equal(true)
    word.give('a', at(2, 4), 602)
    expect(word.mayGrant('b', 603, facts)).to.equal(false)
  })
})

describe('the facts that members tell', () => {
  it('only grow: what is lower, or known, changes nothing', () => {
    const facts = new Facts()
    facts.hearEpoch(5)
    facts.hearEpoch(3)
    facts.release('a', at(2, 2))
    facts.release('a', at(2, 1))
    expect(facts.known).to.equal(5)
    expect(facts.released('a')).to.deep.equal(at(2, 2))
    expect(facts.take({ known: 4, dead: ['x'], released: [['b', at(1)]] })).to.deep.equal(['x'])
    expect(facts.take({ known: 4, dead: ['x'], released: [] })).to.deep.equal([])
  })

  it('are told the newest first of all, and bounded', () => {
    const facts = new Facts()
    for (let n = 0; n < 2000; n++) facts.certifyDeath(`m${n}`)
    const { dead } = facts.told()
    expect(dead).to.have.length(8).and.include('m1999')
    expect([facts.isDead('m0'), facts.isDead('m1999')]).to.deep.equal([false, true])
  })
})
