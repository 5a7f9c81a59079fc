/** The three implementations of discovery, by the same suite. */
import { describeDiscovery } from '../../compliance/discovery.js'
import { mdnsNetwork, memoryNetwork, staticNetwork } from './networks.js'

describeDiscovery('memory', memoryNetwork)
describeDiscovery('static', staticNetwork)
describeDiscovery('mdns', mdnsNetwork)
