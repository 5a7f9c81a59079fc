import type { NetworkInterfaceInfo } from 'node:os'
import { expect } from 'chai'
import { chooseInterface, InterfaceWatch, isOnLink, listInterfaces } from '../../../discovery/interfaces.js'
import { defaultRoutesOf, readRoutes } from '../../../discovery/routes.js'

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

  const route = (name: string, metric: number, destination = 0, mask = 0) => ({
    ...{ name, metric, destination, mask },
  })

  it('are that of the default route unless one is named, the best where there are several', () => {
    const routes = [route('eth0', 200), route('wlan0', 100), route('tun9', 1), route('eth0', 0, 10, 255)]
    for (const wanted of [undefined, '']) {
      expect(
        chooseInterface(
          wanted,
          () => HOST,
          () => routes,
        ),
      ).to.include({ name: 'wlan0' })
    }
    expect(
      chooseInterface(
        'eth0',
        () => HOST,
        () => routes,
      ),
    ).to.include({ name: 'eth0' })
  })

  it('are the first that is no loopback where no route says, and loopback where there is no other', () => {
    for (const routes of [[], [route('lo', 0)], [route('gone', 0)], [route('wlan0', 0, 10, 255)]]) {
      expect(
        chooseInterface(
          '',
          () => HOST,
          () => routes,
        ),
      ).to.include({ name: 'eth0', loopback: false })
    }
    expect(
      chooseInterface(
        '',
        () => LO,
        () => [route('eth0', 0)],
      ),
    ).to.include({ name: 'lo', loopback: true })
  })

  it('of the default route are read from the table of Linux', () => {
    const text = [
      'Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT',
      'eth0\t00000000\t010200C0\t0003\t0\t0\t600\t00000000\t0\t0\t0',
      'eth1\t000200C0\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0',
      'eth2\t00000000\t010200C0\t0003\t0\t0\t100\t00000000\t0\t0\t0',
      'garbage',
    ]
    expect(defaultRoutesOf(readRoutes(text.join('\n')))).to.deep.equal(['garbage', 'eth2', 'eth0'])
    expect(defaultRoutesOf(readRoutes(''))).to.deep.equal([])
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
