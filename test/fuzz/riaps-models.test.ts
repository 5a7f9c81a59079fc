/** Whatever stands in a model, a deployment or a file of Cap'n Proto: it is read or refused, and nothing else. */
import fc from 'fast-check'
import { readCapnp } from '../../apps/quorate/riaps/capnp.js'
import { checkModel } from '../../apps/quorate/riaps/check.js'
import { deplOfJson } from '../../apps/quorate/riaps/depl-json.js'
import { parseDepl } from '../../apps/quorate/riaps/depl-parser.js'
import { importFiles } from '../../apps/quorate/riaps/import-files.js'
import { imported } from '../../apps/quorate/riaps/imported.js'
import type { AppModel } from '../../apps/quorate/riaps/model.js'
import { modelOfJson } from '../../apps/quorate/riaps/model-json.js'
import { parseModel } from '../../apps/quorate/riaps/model-parser.js'
import { notesOf } from '../../apps/quorate/riaps/notes.js'
import { ModelRefused } from '../../apps/quorate/riaps/problem.js'
import { shapesOf } from '../../apps/quorate/riaps/shapes.js'

const RUNS = 2000

const words = [
  ...['app', 'message', 'group', 'library', 'component', 'device', 'actor', 'real-time', 'pub', 'sub', 'req'],
  ...[
    'timer',
    'inside',
    'timed',
    'within',
    'local',
    'uses',
    'cpu',
    'mem',
    'net',
    'rate',
    'kbps',
    'scheduler',
  ],
  ...[
    'on',
    'host',
    'network',
    'all',
    'struct',
    'enum',
    'union',
    'List',
    '@0',
    '@',
    '#',
    '"',
    "'",
    '/*',
    '//',
  ],
  ...['A', 'B', '__proto__', 'constructor', 'toString', 'x y', '7', '-1', '1e999', '%', '\u2028', '\\', '\0'],
  ...['{', '}', '(', ')', ';', ':', ',', '=', '\n'],
]
const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.array(fc.constantFrom(...words), { maxLength: 60 }).map((parts) => parts.join(' ')),
)

/** What is read, if anything is. */
function unlessRefused<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch (error) {
    if (error instanceof ModelRefused) return undefined
    throw error
  }
}

function write(app: AppModel, capnp: string): void {
  if (checkModel(app).errors.length > 0) return
  const shapes = shapesOf(
    app.messages.map(({ name }) => name),
    [readCapnp(capnp)],
  )
  const model = imported(app, { shapes, joins: [], source: 'a.riaps', way: 'a.riaps' })
  importFiles(model, notesOf(model), { folder: '', version: '1.0.0', versions: {} }, '*')
}

/** Names that objects have by themselves, and such that mean something to TypeScript. */
const name = fc.constantFrom(
  ...['__proto__', 'constructor', 'toString', 'class', 'Component', 'a', 'B', '_', 'Ä'],
)

/** An app whose form is right: everything in it has some name. */
const whole = fc.array(name, { minLength: 8, maxLength: 8 }).map(
  ([app, message, group, component, port, actor, param, instance]) => `app ${app} { message ${message};
      group ${group} using ${message}; component ${component}(${param}) { pub ${port} : ${message}; }
      actor ${actor}(${param}) { { ${instance} : ${component}(${param} = ${param}); } } }`,
)

describe('files of RIAPS, whatever is in them', function () {
  this.timeout(120_000)

  it('models are read and written, or refused', () => {
    fc.assert(
      fc.property(fc.oneof(text, whole), text, (model, capnp) => {
        for (const app of unlessRefused(() => parseModel(model, 'a.riaps')) ?? []) write(app, capnp)
      }),
      { numRuns: RUNS },
    )
  })

  it('deployments are read, or refused', () => {
    fc.assert(
      fc.property(text, (depl) => {
        unlessRefused(() => parseDepl(depl, 'a.depl'))
        unlessRefused(() => parseDepl(`app A { on all ${depl}; }`, 'a.depl'))
      }),
      { numRuns: RUNS },
    )
  })

  it('files of JSON are read, or refused', () => {
    fc.assert(
      fc.property(fc.oneof(fc.json(), text), (json) => {
        unlessRefused(() => modelOfJson(json, 'a.json'))
        unlessRefused(() => deplOfJson(json, 'a.json'))
      }),
      { numRuns: RUNS },
    )
  })

  it("files of Cap'n Proto are read", () => {
    fc.assert(
      fc.property(text, (capnp) => {
        const file = readCapnp(`struct A { ${capnp}`)
        shapesOf([...file.structs.keys()], [file])
      }),
      { numRuns: RUNS },
    )
  })
})
