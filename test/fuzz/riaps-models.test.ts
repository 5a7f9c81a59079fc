/** Whatever stands in a model, a deployment or a file of Cap'n Proto: it is read or refused. */
import { expect } from 'chai'
import { transformSync } from 'esbuild'
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
/** Each is ten files for the compiler. */
const WRITTEN = 300

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

function write(app: AppModel, capnp: string): ReadonlyMap<string, string> {
  if (checkModel(app).errors.length > 0) return new Map()
  const shapes = shapesOf(
    app.messages.map(({ name }) => name),
    [readCapnp(capnp)],
  )
  const model = imported(app, { shapes, joins: [], source: 'a.riaps', way: 'a.riaps' })
  const own = { folder: '', version: '1.0.0', versions: {} }
  const files = importFiles(model, notesOf(model), own, '*')
  return new Map([...files.own, ...files.generated])
}

/** Names that objects have by themselves, and such that mean something to TypeScript. */
const name = fc.oneof(
  fc.constantFrom(
    ...['__proto__', 'constructor', 'toString', 'class', 'Component', 'a', 'B', '_', 'Ä', 'onPeer'],
  ),
  fc
    .string({ unit: fc.constantFrom(...'abXYZ019_äΩ漢'), minLength: 1, maxLength: 80 })
    .map((end) => `x${end}`),
)
const quoted = fc.string({ unit: 'binary' }).map((inner) => `"${inner.replaceAll(/["\\]/g, '\\$&')}"`)

/** An app whose form is right: everything in it has some name. */
const whole = fc.tuple(fc.array(name, { minLength: 10, maxLength: 10 }), quoted).map(
  ([[app, message, group, component, port, actor, param, instance, inner, timer], given]) => `
      app ${app} { message ${message}; group ${group} with leader using ${message}; library ${given};
      device ${component}(${param} = ${given}) {
        pub ${port} : ${message}; inside ${inner}; timer ${timer};
        ans ${port}_ : (${message}, ${message}) timed; }
      actor ${actor}(${param} = ${given}) { local ${message};
        { ${instance} : ${component}(${param} = ${param}); other : ${component}(${param} = ${given}); } } }`,
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

  it('what is written is TypeScript', () => {
    let apps = 0
    fc.assert(
      fc.property(whole, text, (model, capnp) => {
        for (const app of unlessRefused(() => parseModel(model, 'a.riaps')) ?? []) {
          const files = write(app, capnp)
          if (files.size > 0) apps++
          for (const [path, code] of files) {
            if (path.endsWith('.ts')) transformSync(code, { loader: 'ts' })
          }
        }
      }),
      { numRuns: WRITTEN },
    )
    // Most have two parts of one name.
    expect(apps).to.be.above(WRITTEN / 20)
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
