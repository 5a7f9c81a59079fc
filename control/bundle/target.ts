/** Whether a bundle is for this host. Pure. */
import { BundleError } from './errors.js'
import type { BundleManifest } from './manifest.js'

/** What a host runs bundles with. */
export interface BundleTarget {
  /** Versions, `20.19.0`. */
  readonly node: string
  readonly quorate: string
  /** `linux-x64` */
  readonly platform: string
}

/** This process is to run them. */
export function targetHere(quorate: string): BundleTarget {
  return { node: process.versions.node, quorate, platform: platformHere() }
}

export function platformHere(): string {
  return `${process.platform}-${process.arch}`
}

/** @throws BundleError `bundle-wrong-target`. */
export function requireTarget({ app, needs, platform }: BundleManifest, here: BundleTarget): void {
  const wrong = (what: string, way: string): BundleError =>
    new BundleError('bundle-wrong-target', `the bundle of ${app} ${what}; ${way}`)
  if (platform !== undefined && platform !== here.platform) {
    const what = `has parts that run on ${platform} alone, and this is ${here.platform}`
    throw wrong(what, `pack it on ${here.platform}`)
  }
  if (isBefore(here.node, needs.node)) {
    throw wrong(`needs Node ${needs.node}, and here is ${here.node}`, 'install a newer Node on this host')
  }
  if (isBefore(here.quorate, needs.quorate)) {
    const what = `needs quorate ${needs.quorate}, and here is ${here.quorate}`
    throw wrong(what, 'install a newer quorate on this host')
  }
  if (lineOf(here.quorate) !== lineOf(needs.quorate)) {
    const what = `is made for quorate ${lineOf(needs.quorate)}, and here is ${here.quorate}`
    throw wrong(what, 'pack it with that quorate')
  }
}

/** Versions of one line fit each other: those of one first number, or of 0 one second. */
function lineOf(version: string): string {
  const [first = '', second = ''] = version.split('.')
  return first === '0' ? `0.${second}` : first
}

function isBefore(one: string, other: string): boolean {
  const [mine, its] = [one, other].map((version) =>
    version.split('.').map((part) => Number.parseInt(part, 10)),
  )
  for (const [index, number] of (its ?? []).entries()) {
    const own = mine?.[index] ?? 0
    if (own !== number) return own < number
  }
  return false
}
