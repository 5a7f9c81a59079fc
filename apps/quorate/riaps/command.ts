/** What `quorate import` takes. */
import { Command } from 'commander'
import { usage } from '../failure.js'
import type { Join } from './imported.js'

export function importCommand(): Command {
  return new Command('quorate import')
    .description('make an app of a model of RIAPS, or make its generated part anew')
    .argument('<file>', 'a .riaps file, or the JSON file that riaps_lang makes of it')
    .option('--out <folder>', 'where; by default beside the model, called as the app')
    .option('--only <app>', 'which app of the model; by default all')
    .option('--join <Component=Group.instance...>', 'which components join which groups')
    .option('--force', "write over what is the user's in the folder, too")
    .option('--check', 'write nothing: tell what is wrong with the model, and what differs here')
}

export interface ImportOptions {
  readonly out?: string
  readonly only?: string
  readonly join?: readonly string[]
  readonly force?: true
  readonly check?: true
}

/** @throws CommandFailure for what is no `Component=Group.instance`. */
export function joinsIn(texts: readonly string[] = []): Join[] {
  return texts.map((text) => {
    const found = /^([^=.]+)=([^=.]+)\.([A-Za-z][\w-]*)$/.exec(text)
    const [, component, group, instance] = found ?? []
    if (component && group && instance) return { component, group, instance }
    throw usage(`--join ${JSON.stringify(text)} is none; write --join Inverter=Cell.north`)
  })
}
