// The step that installs the packages. Due when npm has not finished an install here, or when the
// lock file is newer than the last one. The lock file itself is never written: not `npm ci`, which
// refuses a lock file that leaves out packages of other platforms, but `npm install --no-save`.

import { existsSync, statSync, utimesSync } from 'node:fs'
import { basename, join } from 'node:path'

const ARGUMENTS = [
  'install',
  '--no-save',
  '--ignore-scripts',
  '--no-audit',
  '--no-fund',
  // Stated, because NODE_ENV=production would leave out the compiler.
  '--include=dev',
  '--include=optional',
]

/** The step for the checkout at `root`, in the form that setup.mjs runs. */
export function packagesStep(root) {
  const wanted = join(root, 'package-lock.json')
  // npm writes this file last: where it is, an install came to its end.
  const installed = join(root, 'node_modules', '.package-lock.json')
  const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc')
  return {
    name: 'installing packages',
    isDue: () =>
      !existsSync(installed) || !existsSync(compiler) || modifiedMs(installed) < modifiedMs(wanted),
    command: () => ({ ...npm(), cwd: root }),
    // npm leaves the file alone when it finds nothing to change; a lock file from the future counts as now.
    finish() {
      const at = Math.max(Date.now(), modifiedMs(wanted)) / 1000 + 0.001
      if (existsSync(installed)) utimesSync(installed, at, at)
    },
  }
}

function modifiedMs(file) {
  return existsSync(file) ? statSync(file).mtimeMs : 0
}

/** The npm that started us, if one did; yarn and others set the same variable. */
function npm() {
  const running = process.env.npm_execpath
  if (running !== undefined && /^npm.*\.[cm]?js$/.test(basename(running))) {
    return { command: process.execPath, args: [running, ...ARGUMENTS] }
  }
  return { command: 'npm', args: ARGUMENTS, shell: process.platform === 'win32' }
}
