/** The services of docs/deploy/compose.yaml, with the addresses filled in, as `docker compose` reads them. */
import { parse } from 'yaml'
import { z } from 'zod'
import { readProjectFile } from '../../project.js'

const service = z.looseObject({
  command: z.array(z.string()),
  environment: z.record(z.string(), z.string()),
  healthcheck: z.object({ test: z.array(z.string()) }),
})

const composeFile = z.object({ services: z.record(z.string(), service) })

export type RecipeService = z.infer<typeof service>

/** Fails where a variable of the file is in none of `variables`. */
export function composeServices(
  variables: Readonly<Record<string, string>>,
): Readonly<Record<string, RecipeService>> {
  const text = readProjectFile('docs/deploy/compose.yaml')
    .replaceAll(/^\s*#.*$/gm, '')
    .replaceAll(/\$\{(\w+)(?::\?[^}]*)?\}/g, (_all, name: string) => {
      const value = variables[name]
      if (value === undefined) throw new Error(`compose.yaml needs ${name}, which .env has not`)
      return value
    })
  return composeFile.parse(parse(text, { merge: true })).services
}
