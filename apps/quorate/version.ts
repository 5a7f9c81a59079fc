/** The version of quorate. */
import { readFileSync } from 'node:fs'

/** Of the package that this file is in: it is compiled to `dist/apps/quorate`. */
export function version(): string {
  const text = readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')
  const { version }: { version: string } = JSON.parse(text)
  return version
}
