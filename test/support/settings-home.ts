/**
 * Tests and the processes that they start keep keys in a folder of their own, not in that of the user; and
 * they are on the loopback unless they say otherwise, not on the network of whoever runs them.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const home = mkdtempSync(join(tmpdir(), 'quorate-home-'))
process.env.XDG_CONFIG_HOME = home
process.env.QUORATE_INTERFACE = '127.0.0.1'
process.once('exit', () => rmSync(home, { recursive: true, force: true }))
