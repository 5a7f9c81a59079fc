/** The interface of an actor that was told of none. */
import { expect } from 'chai'
import { z } from 'zod'
import type { InterfaceChoice } from '../../../discovery/index.js'
import { message } from '../../../ports/index.js'
import { actor, app, group } from '../../../runtime/index.js'
import { ownInterface } from '../../../runtime/own-interface.js'

const lo = { name: 'lo', address: '127.0.0.1', netmask: '255.0.0.0', loopback: true, identity: 'lo' }
const eth0 = { ...lo, name: 'eth0', address: '10.0.0.5', loopback: false }
const actors = { A: actor({ components: () => ({}) }) }
const Word = message('Word', z.object({}))
const plain = app('plain', { actors })
const crowd = app('crowd', { actors, groups: { Crowd: group({ using: Word }) } })
const cell = app('cell', { actors, groups: { Cell: group({ quorum: 2, using: Word }) } })

function host(lan: InterfaceChoice, loopback: InterfaceChoice | undefined = lo) {
  return { lan: () => lan, loopback: () => loopback }
}

describe('the interface of an actor', () => {
  it('is that of the LAN, for apps whose groups elect nobody', () => {
    for (const each of [plain, crowd]) {
      expect(ownInterface(each, '', undefined, host(eth0))).to.deep.equal({ choice: eth0, told: undefined })
    }
  })

  it('is the loopback for an app whose groups elect, until somebody says which seats are here', () => {
    const { choice, told } = ownInterface(cell, '', undefined, host(eth0))
    expect(choice).to.equal(lo)
    expect(told).to.equal(
      'groups of cell elect, and nobody said which of their seats are on this host: it stays on lo; ' +
        'with --seats it is on eth0 (10.0.0.5)',
    )
    for (const seats of ['all', [], [0], { Cell: [1] }] as const) {
      expect(ownInterface(cell, '', seats, host(eth0))).to.deep.equal({ choice: eth0, told: undefined })
    }
  })

  it('is the one that is named, whatever the app has', () => {
    for (const choice of [eth0, lo]) {
      const own = ownInterface(cell, choice.name, undefined, host(choice))
      expect(own).to.deep.equal({ choice, told: undefined })
    }
  })

  it('is the loopback where there is no other, and that is told', () => {
    for (const each of [plain, cell]) {
      const { choice, told } = ownInterface(each, '', undefined, host(lo))
      expect({ choice, told }).to.deep.equal({
        choice: lo,
        told: 'lo is the only network interface: no other host is reached',
      })
    }
  })

  it('is that of the LAN where there is no loopback', () => {
    const none = { ...host(eth0), loopback: () => undefined }
    expect(ownInterface(cell, '', undefined, none).choice).to.equal(eth0)
  })
})
