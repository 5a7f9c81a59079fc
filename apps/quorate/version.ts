/** Which quorate this is. */
import { readFileSync } from 'node:fs'

/** Of the package that this file is in: it is compiled to `dist/apps/quorate`. */
export function ownVersion(): string {
  const text = readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')
  const { version }: { version: string } = JSON.parse(text)
  return version
}
