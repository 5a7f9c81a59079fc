/** What of an app is its user's from the beginning: `app.ts`, `groups.ts`, and what makes it a package. */
import type { OwnPackage } from '../new/own-package.js'
import { type Imported, messageOf } from './imported.js'
import { type Code, key, layOut, lines, quoted } from './layout.js'
import type { GroupModel } from './model.js'
import { kebabCase } from './spelling.js'
import { timingOf } from './timing.js'

/** Members of a group of RIAPS elect from three on: two of them are a majority of that. */
const QUORUM = 2

export function appFile(model: Imported): string {
  const { names, app, source } = model
  const isGrouped = app.groups.length > 0
  const parts = ["version: '0.1.0'", 'actors', ...(isGrouped ? ['groups'] : [])]
  return [
    `/** The app of ${source}: its actors are in generated/actors.ts. */`,
    "import { app } from 'quorate'",
    "import { actors } from './generated/actors.js'",
    ...(isGrouped ? ["import { groups } from './groups.js'"] : []),
    '',
    layOut([`export default app(${quoted(names.app)}, `, { open: '{ ', items: parts, close: ' })' }]),
    '',
  ].join('\n')
}

export function groupsFile(model: Imported): string {
  const { groups } = model.app
  const timed = groups.map(timingOf)
  return [
    '/** The groups: how many members decide, and how soon they miss their leader. */',
    "import { group } from 'quorate'",
    "import * as messages from './generated/messages.js'",
    '',
    layOut([
      'export const groups = ',
      lines(
        '{',
        groups.map((group, index) => groupOf(model, group, timed[index]?.timing ?? 'riaps')),
        '}',
      ),
    ]),
    '',
  ].join('\n')
}

function groupOf(model: Imported, group: GroupModel, timing: ReturnType<typeof timingOf>['timing']): Code {
  const times: Code =
    typeof timing === 'string'
      ? `timing: ${quoted(timing)}`
      : [
          'timing: ',
          lines(
            '{',
            Object.entries(timing).map(([name, ms]) => `${name}: ${ms}`),
            '}',
          ),
        ]
  const isLed = group.kind !== 'default'
  const parts: Code[] = [
    ...(isLed ? [`quorum: ${QUORUM}`] : []),
    `using: messages.${messageOf(model, group.message.name)}`,
    ...(group.timed ? ['timed: true'] : []),
    ...(isLed ? [times] : []),
  ]
  const constant = model.names.groups.get(group.name) ?? group.name
  return [`${key(constant)}: group(`, lines('{', parts, '}'), ')']
}

export function packageFile(model: Imported, own: OwnPackage, quorate: string): string {
  const ranges = (names: readonly string[]) =>
    Object.fromEntries(names.map((each) => [each, own.versions[each] ?? '*']))
  return json({
    name: kebabCase(model.names.app) || 'app',
    version: '0.1.0',
    private: true,
    type: 'module',
    engines: { node: '>=20.19' },
    scripts: { start: 'quorate run app.ts', test: 'tsc', graph: 'quorate graph app.ts' },
    dependencies: { quorate, ...ranges(['zod']) },
    devDependencies: ranges(['@types/node', 'typescript']),
  })
}

export const TSCONFIG = `{
  "compilerOptions": {
    "target": "ES2022",
    "module": "NodeNext",
    "strict": true,
    "noUncheckedIndexedAccess": true,
    "noImplicitOverride": true,
    "verbatimModuleSyntax": true,
    "skipLibCheck": true,
    "noEmit": true,
    "types": ["node"]
  },
  "include": ["**/*.ts"]
}
`

export const GITIGNORE = 'node_modules/\n'

export function json(value: object): string {
  return `${JSON.stringify(value, null, 2)}\n`
}
