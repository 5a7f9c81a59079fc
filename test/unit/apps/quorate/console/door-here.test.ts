import { expect } from 'chai'
import { doorHere } from '../../../../../apps/quorate/console/door-here.js'
import type { Sighting } from '../../../../../apps/quorate/observatory.js'
import type { ActorStatus } from '../../../../../runtime/index.js'
import { sighting } from '../sightings.js'

const OWN = ['localhost', '10.0.0.5']

function seen(host: string, doors: ActorStatus['doors'], lock?: Sighting['lock']): Sighting {
  const of = sighting({ id: '00112233aabbccdd' })
  return { ...of, host, lock, status: of.status && { ...of.status, doors } }
}

function door(host: string, locked = false) {
  return { host, subscriber: 5556, command: 5557, locked }
}

describe('the door by which a host comes in', () => {
  it('is that of operators where it has a key, else the open one', () => {
    const keys = { publicKey: '', secretKey: '' }
    const lock: Sighting['lock'] = { keys: () => keys, domain: () => '' }
    const doors = [door('10.0.0.5'), door('10.0.0.5', true)]
    expect(doorHere(seen('10.0.0.5', doors), OWN)?.locked).to.equal(false)
    expect(doorHere(seen('10.0.0.5', doors, lock), OWN)?.locked).to.equal(true)
    expect(doorHere(seen('10.0.0.5', [door('10.0.0.5', true)]), OWN)).to.equal(undefined)
    expect(doorHere(seen('10.0.0.5', undefined), OWN)).to.equal(undefined)
  })

  it('is at the loopback only of an actor on this very host', () => {
    const doors = [door('127.0.0.1')]
    for (const host of ['127.0.0.1', '10.0.0.5', 'localhost']) {
      expect(doorHere(seen(host, doors), OWN)?.host, host).to.equal('127.0.0.1')
    }
    expect(doorHere(seen('10.0.0.6', doors), OWN)).to.equal(undefined)
  })

  it('is at the address of the actor where it is open at all of them', () => {
    expect(doorHere(seen('10.0.0.6', [door('0.0.0.0')]), OWN)?.host).to.equal('10.0.0.6')
  })
})
