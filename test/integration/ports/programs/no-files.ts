/** Allows itself few more files than it has, and says how binding a port then fails; then that it lives. */
import { execFileSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { Pub } from '../../../../ports/index.js'
import { Anything } from '../../../support/messages.js'
import { TestEnvironment } from '../../../support/port-environment.js'

const FEW = 12

process.once('disconnect', () => process.exit())
const environment = new TestEnvironment('Poor')
await environment.open(new Pub(Anything))
const files = readdirSync('/proc/self/fd').length + FEW
execFileSync('prlimit', ['--pid', String(process.pid), `--nofile=${files}:${files}`])
const said = await environment.open(new Pub(Anything)).then(
  () => 'it is open',
  (error: unknown) => String(error),
)
process.send?.(said)
