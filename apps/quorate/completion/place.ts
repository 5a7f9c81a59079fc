/** Where on the command line of one command the cursor is: at an argument, or at the value of an option. */
import type { Command, Option } from 'commander'

export interface Place {
  /** What was typed of the word that is to be completed; of a value, what comes after `--option=`. */
  readonly typed: string
  /** `--option=` where that is part of the word. */
  readonly before: string
  /** The option whose value it is, or may be where it takes one optionally. */
  readonly option: Option | undefined
  /** Arguments before it. */
  readonly given: readonly string[]
  /** Options before it. */
  readonly used: ReadonlySet<Option>
  /** After `--`: options are none any more. */
  readonly isArgument: boolean
}

/** @param words of the command: what comes after its name; the last one is to be completed. */
export function placeIn(command: Command, words: readonly string[]): Place {
  const given: string[] = []
  const used = new Set<Option>()
  let option: Option | undefined
  let isArgument = false
  for (const each of words.slice(0, -1)) {
    const takesValue = option?.required || (option?.optional && !each.startsWith('-'))
    option = undefined
    if (takesValue) continue
    if (isArgument || !each.startsWith('-')) given.push(each)
    else if (each === '--') isArgument = true
    else {
      const found = optionOf(command, each)
      if (found) used.add(found)
      if (!each.includes('=')) option = found
    }
  }
  const last = words.at(-1) ?? ''
  const takesValue = option?.required || option?.optional
  const [, before = '', typed = last] = /^(--[^=]+=)(.*)$/s.exec(takesValue || isArgument ? '' : last) ?? []
  const whose = before ? optionOf(command, last) : option
  return { typed, before, option: takesValue || before ? whose : undefined, given, used, isArgument }
}

function optionOf(command: Command, text: string): Option | undefined {
  const [name = ''] = text.split('=', 1)
  return command.options.find(({ long, short }) => long === name || short === name)
}
