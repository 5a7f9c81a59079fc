/**
 * An app of this project as its README starts it: the compiled launcher, real processes and mDNS. Where
 * namespaces can be made it has a loopback of its own, so that the same app elsewhere on this machine is not
 * found. Registers its hooks with the suite that calls it.
 */
import { join } from 'node:path'
import { projectRoot } from '../project.js'
import { type CliProcess, cliForTests } from './cli.js'
import { Lan } from './lan.js'

/** Runs the app of a folder of `apps` with these arguments and `--json`. */
export type RunApp = (...args: readonly string[]) => CliProcess

export function appForTests(folder: string): RunApp {
  const cli = cliForTests()
  let lan: Lan | undefined
  before(() => {
    if (!Lan.missing()) lan = new Lan(1)
  })
  after(async () => {
    await cli.end()
    lan?.remove()
  })
  return (...args) => {
    const [program, rest] = lan?.on(1) ?? ['', []]
    const prefix = [program, ...rest].filter(Boolean)
    return cli.start(['run', join(projectRoot, 'apps', folder, 'app.ts'), '--json', ...args], { prefix })
  }
}
