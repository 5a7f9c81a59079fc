import type { NetworkInterfaceInfo } from 'node:os'
import { expect } from 'chai'
import { chooseInterface, InterfaceWatch, isOnLink, listInterfaces } from '../../../discovery/interfaces.js'

function ipv4(address: string, internal = false): NetworkInterfaceInfo {
  const netmask = internal ? '255.0.0.0' : '255.255.255.0'
  return { address, netmask, internal, family: 'IPv4', mac: '02:00:00:00:00:01', cidr: null }
}

const LO = { lo: [ipv4('127.0.0.1', true)] }
const HOST = { ...LO, eth0: [ipv4('10.0.0.5')], wlan0: [ipv4('192.168.1.7')] }

describe('interfaces', () => {
  it('are chosen by name or by address', () => {
    expect(chooseInterface('eth0', () => HOST)).to.include({
      name: 'eth0',
      address: '10.0.0.5',
      loopback: false,
    })
    expect(chooseInterface('192.168.1.7', () => HOST)).to.include({ name: 'wlan0' })
  })

  it('are loopback unless one is named', () => {
    for (const wanted of [undefined, '']) {
      expect(chooseInterface(wanted, () => HOST)).to.include({ name: 'lo', loopback: true })
    }
  })

  it('are listed where the one that was named is not there', () => {
    const thrown = () => chooseInterface('eth7', () => HOST)
    expect(thrown).to.throw('eth7').with.property('code', 'no-interface')
    expect(thrown).to.throw('lo (127.0.0.1), eth0 (10.0.0.5), wlan0 (192.168.1.7)')
  })

  it('are told how to get where there is no loopback', () => {
    const advice = 'bring it up (ip link set lo up), or name another with --interface'
    const none = `there is no loopback interface with an IPv4 address; there are: none; ${advice}`
    expect(() => chooseInterface('', () => ({})))
      .to.throw(none)
      .with.property('code', 'no-interface')
  })

  it('are only those with an IPv4 address', () => {
    const read = () => ({ tun0: [{ ...ipv4('fe80::1'), family: 'IPv6' as const, scopeid: 4 }], ...LO })
    expect(listInterfaces(read).map(({ name }) => name)).to.deep.equal(['lo'])
  })

  it('are followed by name when their address changes', () => {
    let now: Record<string, NetworkInterfaceInfo[]> = LO
    const watch = new InterfaceWatch('10.0.0.5', () => now)
    expect(watch.look()).to.equal(undefined)
    now = HOST
    const before = watch.look()
    expect(before).to.include({ name: 'eth0' })
    now = { ...LO, eth0: [ipv4('10.0.0.9')] }
    expect(watch.look()).to.include({ address: '10.0.0.9' })
    expect(watch.look()?.identity).not.to.equal(before?.identity)
    now = LO
    expect(watch.look()).to.equal(undefined)
  })

  it('hear only their own link', () => {
    const eth0 = chooseInterface('eth0', () => HOST)
    const lo = chooseInterface('lo', () => HOST)
    expect(isOnLink('10.0.0.200', eth0)).to.equal(true)
    expect(isOnLink('10.0.1.200', eth0)).to.equal(false)
    expect(isOnLink('127.0.0.1', eth0)).to.equal(false)
    expect(isOnLink('127.3.2.1', lo)).to.equal(true)
    expect(isOnLink('10.0.0.5', lo)).to.equal(false)
  })
})
