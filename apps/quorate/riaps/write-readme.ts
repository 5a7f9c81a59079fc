/** The README of an imported app: how to run it, what is where, and what became of the model. */
import { harmless } from '../terminal.js'
import { actorName, componentNames, type Imported } from './imported.js'

export function readme(model: Imported): string {
  const { app, names, source, way } = model
  const needed = app.actors.filter(({ formals }) => formals.some(({ fallback }) => fallback === undefined))
  return [
    `# ${names.app}`,
    '',
    `An app of [quorate](node_modules/quorate/docs/guide.md), imported from the RIAPS model ${source}`,
    '([what becomes what](node_modules/quorate/docs/riaps-models.md)).',
    '',
    '```sh',
    'npm install',
    'npm test                  # types',
    'npm start                 # all actors; Ctrl-C ends them',
    'npx quorate ps            # who is there, connected to whom',
    `npx quorate import ${way} --out .   # after a change of the model: makes generated/ anew`,
    '```',
    '',
    ...(needed.length > 0
      ? [`Parameters without a default have to be given: ${needed.map(wanted(model)).join('; ')}.`, '']
      : []),
    '| file | what it is |',
    '| --- | --- |',
    '| `app.ts` | the app |',
    ...(app.groups.length > 0 ? ['| `groups.ts` | its groups: quorums and times |'] : []),
    '| `messages.ts` | what messages hold, where the model does not tell |',
    ...app.components.map((component) => {
      const { className, file } = componentNames(model, component)
      const what = component.isDevice ? 'device' : 'component'
      return `| \`${file}.ts\` | the ${what} ${className}: its handlers |`
    }),
    '| `generated/` | actors, ports and messages as the model has them; made anew by each import |',
    '',
    `Actors: ${app.actors.map((actor) => actorName(model, actor)).join(', ')}.`,
    'What differs from the model is in [generated/notes.md](generated/notes.md).',
    '',
  ].join('\n')
}

function wanted(model: Imported): (actor: Imported['app']['actors'][number]) => string {
  return (actor) => {
    const params = actor.formals.filter(({ fallback }) => fallback === undefined)
    const given = params.map(({ name }) => {
      const option = model.names.actors.get(actor.name)?.params.get(name) ?? name
      return `--${option}`
    })
    return `${actorName(model, actor)} ${given.join(' ')}`
  }
}

/** `generated/notes.md`. */
export function notesFile({ source }: Imported, notes: readonly string[]): string {
  const all = notes.length > 0 ? notes.map((note) => `- ${harmless(note)}`) : ['Nothing.']
  return [`# What differs from ${source}`, '', ...all, ''].join('\n')
}
