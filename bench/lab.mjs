// The folder that everything is measured in: the packed package, installed as a user would, and the
// programs of the bench beside it, which therefore import what users import.

import { execFile } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)
const INSTALL = ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline']

/** What npm tells the scripts it runs about this package would mislead the npm that we run elsewhere. */
export const cleanEnvironment = Object.fromEntries(
  Object.entries(process.env).filter(
    ([name]) => !/^(npm_(package|lifecycle|config_local)_?|INIT_CWD$|QUORATE_|NODE_OPTIONS$)/.test(name),
  ),
)

/**
 * Packs the checkout at `root` (or takes `tarball`) and installs it into a new folder. Gives
 * `{ folder, limit, remove }`; `limit` is the path of the C program, or undefined with the reason in
 * `noLimit`.
 */
export async function openLab(root, { tarball, keep, tell }) {
  const folder = mkdtempSync(join(tmpdir(), 'quorate-bench-'))
  const remove = () => {
    if (keep) tell(`kept ${folder}`)
    else rmSync(folder, { recursive: true, force: true })
  }
  try {
    tell('packing and installing …')
    const packed = tarball === undefined ? await pack(root, folder) : resolve(tarball)
    await install(folder, packed)
    cpSync(join(root, 'bench', 'programs'), join(folder, 'programs'), { recursive: true })
    return { folder, remove, ...(await compileLimit(root, folder)) }
  } catch (error) {
    remove()
    throw error
  }
}

async function pack(root, folder) {
  await npm(['pack', '--ignore-scripts', '--pack-destination', folder], root)
  const tarball = readdirSync(folder).find((name) => name.endsWith('.tgz'))
  if (tarball === undefined) throw new Error('npm pack made no tarball')
  return join(folder, tarball)
}

async function install(folder, tarball) {
  if (!existsSync(tarball)) throw new Error(`there is no tarball ${tarball}`)
  const description = { name: 'bench', private: true, type: 'module' }
  writeFileSync(join(folder, 'package.json'), JSON.stringify(description))
  await npm([...INSTALL, tarball], folder)
}

/** Through the npm that runs us, where one does. */
async function npm(args, cwd) {
  const script = process.env.npm_execpath
  const [command, first] = script ? [process.execPath, [script]] : ['npm', []]
  await run(command, [...first, ...args], { cwd, env: cleanEnvironment })
}

/** Compiles the C program; without a compiler or the headers its row is left out. */
async function compileLimit(root, folder) {
  const limit = join(folder, 'bin', 'limit')
  mkdirSync(join(folder, 'bin'))
  try {
    await run('cc', ['-O2', '-o', limit, join(root, 'bench', 'native', 'limit.c'), '-lzmq'])
    return { limit }
  } catch {
    const noLimit = 'no C program: it needs a C compiler and libzmq (Debian: apt-get install gcc libzmq3-dev)'
    return { limit: undefined, noLimit }
  }
}
