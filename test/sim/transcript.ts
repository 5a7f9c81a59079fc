/** Scripts, told to a reader: what a script does stands at the margin, what follows from it beneath. */

import { scripts } from './scripts/index.js'
import type { Script } from './scripts/script.js'

/** The script that is named, in full or by a part of its name that no other has. @throws Error */
export function scriptNamed(name: string): Script {
  const wanted = name.toLowerCase()
  const exact = scripts.filter((each) => each.name.toLowerCase() === wanted)
  const meant = exact.length > 0 ? exact : scripts.filter((each) => each.name.toLowerCase().includes(wanted))
  const [script] = meant
  if (script && meant.length === 1) return script
  const names = (meant.length > 0 ? meant : scripts).map((each) => `\n  ${each.name}`)
  throw new Error(
    `${name} is the name of ${script ? 'several scripts' : 'no script; there are'}:${names.join('')}`,
  )
}

/**
 * Tells a script, and whether it ends as it should.
 * @param withMessages also tells of each message that arrives.
 */
export function transcript(script: Script, withMessages: boolean, print: (line: string) => void): boolean {
  print(`# ${script.name}`)
  try {
    script.run((line, isMessage) => {
      if (withMessages || !isMessage) print(line)
    })
    print('# as it should be')
    return true
  } catch (error) {
    print(`# FAILED: ${error instanceof Error ? error.message : String(error)}`)
    return false
  }
}
